{{- /* The kind of the workload: as asked for, or as what it has makes it. */}}
{{- define "microservice.kind" -}}
{{- if .Values.kind }}{{ .Values.kind }}
{{- else if eq (toString (.Values.autoscaling).maxReplicas) "0" }}None
{{- else if include "microservice.storage.claimTemplates" . }}StatefulSet
{{- else }}Deployment
{{- end }}
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
