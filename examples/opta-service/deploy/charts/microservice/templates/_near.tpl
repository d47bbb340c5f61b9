{{- /* Affinity to pods, or away from them: (list $others $own), the others by name, $own a list of what the chart adds. */}}
{{- define "microservice.affinity.pods" -}}
{{- $rules := last . }}
{{- range $name, $other := first . }}
{{- if ne $other nil }}
{{- $selector := include "microservice.strings" (list $other.labels nil) | default (printf "app.kubernetes.io/name: %q" $name) }}
{{- $rules = append $rules (merge (dict "selector" $selector) $other) }}
{{- end }}
{{- end }}
{{- range $when := list "required" "preferred" }}
{{- $head := printf "%sDuringSchedulingIgnoredDuringExecution:" $when }}
{{- range $rules }}
{{- if eq (eq $when "required") (.required | default false) }}
{{- with $head }}
{{ . }}
{{- end }}
{{- $head = "" }}
{{- if eq $when "required" }}
  - {{- include "microservice.affinity.term" . | nindent 4 }}
{{- else }}
  - weight: {{ .weight | default 100 }}
    podAffinityTerm:
      {{- include "microservice.affinity.term" . | nindent 6 }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Which pods, and what is one place. */}}
{{- define "microservice.affinity.term" -}}
topologyKey: {{ .topologyKey | default "kubernetes.io/hostname" | quote }}
{{- $namespaces := list }}
{{- range $namespace, $used := .namespaces }}{{ if $used }}{{ $namespaces = append $namespaces $namespace }}{{ end }}{{ end }}
{{- with $namespaces }}
namespaces: {{ toRawJson . }}
{{- end }}
labelSelector:
  matchLabels:
    {{- .selector | trim | nindent 4 }}
{{- end }}
