{{- /* The annotations of the pods by which a Prometheus without operator finds the metrics, as a map. Nothing else. */}}
{{- define "microservice.metrics.annotate" -}}
{{- $into := first . }}
{{- $root := last . }}
{{- with $root.Values.metrics }}
{{- if eq ($root.Values.monitoring).prometheus "annotations" }}
{{- template "microservice.ports.check" (list $root (printf "Deployment/%s: metrics.port" $root.Release.Name) .port) }}
{{- $port := (index $root.Values.ports .port).containerPort | int64 | toString }}
{{- template "microservice.collect" (list $into (dict "prometheus.io/scrape" "true" "prometheus.io/port" $port "prometheus.io/path" (.path | default "/metrics") "prometheus.io/scheme" .scheme)) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What the operator of Prometheus is to ask: (list $ "Kind/name"). */}}
{{- define "microservice.metrics.endpoint" -}}
{{- with (first .).Values.metrics }}
{{- template "microservice.ports.check" (list (first $) (print (last $) ": metrics.port") .port) }}
port: {{ .port | quote }}
path: {{ .path | default "/metrics" | quote }}
{{- include "microservice.fields" (list . "scheme" "interval") }}
{{- with .timeout }}
scrapeTimeout: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}
