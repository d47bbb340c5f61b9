{{- define "microservice.replicaCount" -}}
{{- if eq .Values.replicaCount nil }}2{{ else }}{{ int64 .Values.replicaCount }}{{ end }}
{{- end }}

{{- /* What the autoscaler measures. Nothing, when there is no autoscaler. */}}
{{- define "microservice.autoscaling.metrics" -}}
{{- $scale := .Values.autoscaling | default dict }}
{{- if and (ne $scale.enabled false) (gt (int64 $scale.maxReplicas) (include "microservice.replicaCount" . | int64)) }}
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
