{{- /* The kind of the workload: as asked for, or as what it has makes it, which then counts as asked for. */}}
{{- define "microservice.kind" -}}
{{- if not .Values.kind }}
{{- $kind := "Deployment" }}
{{- if eq (toString (.Values.autoscaling).maxReplicas) "0" }}{{ $kind = "None" }}
{{- else if and .Values.volumes (include "microservice.storage.claimTemplates" .) }}{{ $kind = "StatefulSet" }}{{ end }}
{{- $_ := set .Values "kind" $kind }}
{{- end }}
{{- .Values.kind }}
{{- end }}

{{- /* The workload as messages name it: its kind and name. */}}
{{- define "microservice.title" -}}
{{ include "microservice.kind" . }}/{{ include "microservice.fullname" . }}
{{- end }}

{{- /* Whether pods of this kind run until they are stopped, and are reached by others. */}}
{{- define "microservice.serves" -}}
{{- if has (include "microservice.kind" .) (list "Deployment" "StatefulSet" "DaemonSet") }}true{{ end }}
{{- end }}

{{- define "microservice.jobSpec" -}}
{{- include "microservice.fields" (list (.Values.job | default dict) "parallelism" "completions" "completionMode" "backoffLimit" "activeDeadlineSeconds" "ttlSecondsAfterFinished" "suspend") }}
{{- end }}
