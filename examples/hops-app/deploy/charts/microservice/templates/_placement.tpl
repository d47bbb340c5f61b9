{{- /* The fields of the pod that say where it runs. */}}
{{- define "microservice.placement" -}}
{{- with include "microservice.strings" (list .Values.nodeSelector nil) }}
nodeSelector:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with include "microservice.placement.tolerations" .Values.tolerations }}
tolerations:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- if ne .Values.topologySpread nil }}
{{- $nodes := .Values.topologySpread.nodes | default "ScheduleAnyway" }}
{{- $zones := .Values.topologySpread.zones | default "ScheduleAnyway" }}
{{- $selector := include "microservice.selectorLabels" . }}
{{- if ne $nodes "Off" }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- $selector | nindent 14 }}
{{- end }}
{{- if or (ne $nodes "Off") (ne $zones "Off") }}
topologySpreadConstraints:
  {{- range $key, $when := dict "kubernetes.io/hostname" $nodes "topology.kubernetes.io/zone" $zones }}
  {{- if ne $when "Off" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: {{ $when }}
    labelSelector:
      matchLabels:
        {{- $selector | nindent 8 }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.placement.tolerations" -}}
{{- range $name, $toleration := . }}
{{- if ne $toleration nil }}
- operator: {{ $toleration.operator | default (ternary "Equal" "Exists" (ne $toleration.value nil)) }}
  {{- with include "microservice.fields" (list $toleration "key" "value" "effect" "tolerationSeconds") }}
  {{- . | trim | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}
