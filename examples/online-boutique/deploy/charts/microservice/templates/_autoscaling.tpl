{{- define "microservice.replicaCount" -}}
{{- if eq .Values.replicaCount nil }}2{{ else }}{{ int64 .Values.replicaCount }}{{ end }}
{{- end }}

{{- /* What the autoscaler measures. Nothing, when there is no autoscaler. */}}
{{- define "microservice.autoscaling.metrics" -}}
{{- $scale := .Values.autoscaling | default dict }}
{{- $lowest := include "microservice.replicaCount" . | int64 }}
{{- if and (has (include "microservice.kind" .) (list "Deployment" "StatefulSet")) (ne $scale.enabled false) (gt $lowest 0) (gt (int64 $scale.maxReplicas) $lowest) }}
{{- range $resource, $target := dict "cpu" $scale.targetCPUUtilizationPercentage "memory" $scale.targetMemoryUtilizationPercentage }}
{{- if $target }}
- type: Resource
  resource:
    name: {{ $resource }}
    target:
      type: Utilization
      averageUtilization: {{ int64 $target }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
