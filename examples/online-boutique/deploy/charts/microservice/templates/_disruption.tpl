{{- /* What a disruption budget allows. Nothing, when there is none: with one pod it would only block drains. */}}
{{- define "microservice.disruption.budget" -}}
{{- $budget := .Values.podDisruptionBudget }}
{{- if and (has (include "microservice.kind" .) (list "Deployment" "StatefulSet")) (ne $budget nil) (ne $budget.enabled false) (gt (include "microservice.replicaCount" . | int64) 1) }}
{{- if ne $budget.minAvailable nil -}}
minAvailable: {{ toRawJson $budget.minAvailable }}
{{- else -}}
maxUnavailable: {{ if eq $budget.maxUnavailable nil }}1{{ else }}{{ toRawJson $budget.maxUnavailable }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
