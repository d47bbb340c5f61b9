{{- /* The fields of the workload that say how pods are replaced. */}}
{{- define "microservice.rollout" -}}
{{- if eq (include "microservice.kind" .) "Deployment" }}
{{- include "microservice.rollout.deployment" . }}
{{- else }}
{{- include "microservice.fields" (list (.Values.rollout | default dict) "minReadySeconds" "revisionHistoryLimit") }}
{{- end }}
{{- end }}

{{- define "microservice.rollout.deployment" -}}
{{- with .Values.rollout }}
{{- include "microservice.fields" (list . "minReadySeconds" "progressDeadlineSeconds" "revisionHistoryLimit") }}
strategy:
  type: {{ .type | default "RollingUpdate" }}
  {{- if ne .type "Recreate" }}
  {{- if and (has (toString .maxSurge) (list "0" "0%")) (has (toString .maxUnavailable) (list "0" "0%")) }}
  {{- fail (printf "Deployment/%s: rollout.maxSurge: it and rollout.maxUnavailable cannot both be 0" $.Release.Name) }}
  {{- end }}
  {{- with include "microservice.fields" (list . "maxSurge" "maxUnavailable") }}
  rollingUpdate:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end }}
