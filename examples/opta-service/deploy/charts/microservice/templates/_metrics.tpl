{{- /*
Where the metrics of a workload are: Service or Pod, as its own port is asked or a sidecar's. Nothing, where there are
none; a part has those of the service only where it has that port.
*/}}
{{- define "microservice.metrics.where" -}}
{{- if and .Values.metrics (include "microservice.serves" .) }}
{{- $name := .Values.metrics.port }}
{{- $beside := "" }}
{{- range .Values.sidecars }}{{ if index ((.).ports | default dict) $name }}{{ $beside = "Pod" }}{{ end }}{{ end }}
{{- if index (.Values.ports | default dict) $name -}}
{{ ternary "Pod" "Service" (eq (.Values.monitoring).podMonitor true) }}
{{- else if $beside -}}
Pod
{{- else if or (not .Component) (.Own).metrics }}
{{- template "microservice.ports.check" (list . (printf "%s: metrics.port" (include "microservice.title" .)) $name) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Adds the annotations of the pods by which a Prometheus without operator finds the metrics: (list $into $). */}}
{{- define "microservice.metrics.annotate" -}}
{{- $root := last . }}
{{- with $root.Values.metrics }}
{{- if and (eq ($root.Values.monitoring).prometheus "annotations") (include "microservice.metrics.where" $root) }}
{{- $port := index ($root.Values.ports | default dict) .port }}
{{- range $root.Values.sidecars }}{{ $port = $port | default (index ((.).ports | default dict) $root.Values.metrics.port) }}{{ end }}
{{- $number := $port.containerPort | int64 | toString }}
{{- template "microservice.collect" (list (first $) (dict "prometheus.io/scrape" "true" "prometheus.io/port" $number "prometheus.io/path" (.path | default "/metrics") "prometheus.io/scheme" .scheme)) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Whom the operator of Prometheus is to tell: Service or Pod, or nothing. */}}
{{- define "microservice.metrics.monitor" -}}
{{- if has (.Values.monitoring).prometheus (list nil "operator") }}{{ include "microservice.metrics.where" . }}{{ end }}
{{- end }}

{{- define "microservice.metrics.endpoint" -}}
port: {{ .port | quote }}
path: {{ .path | default "/metrics" | quote }}
{{- include "microservice.fields" (list . "scheme" "interval") }}
{{- with .timeout }}
scrapeTimeout: {{ . | quote }}
{{- end }}
{{- end }}

{{- /* Renders a definition for the service and its workers, where any of them has metrics: (list $ "definition"). */}}
{{- define "microservice.metrics.workloads" -}}
{{- $any := (first .).Values.metrics }}
{{- range (first .).Values.workers }}{{ $any = or $any (.).metrics }}{{ end }}
{{- if $any }}{{ include "microservice.workloads" . }}{{ end }}
{{- end }}
