{{- /* What selects the pods: never more than this, for a selector cannot change. */}}
{{- define "microservice.selectorLabels" -}}
app.kubernetes.io/name: {{ if .Component }}{{ include "microservice.fullname" . | quote }}{{ else }}{{ .Release.Name | quote }}{{ end }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- /*
Labels of an object or of the pods: (list $ $more), $more beyond everyone's. The chart's version is not among them, so
that a new chart alone restarts no pod.
*/}}
{{- define "microservice.labels" -}}
{{- $root := first . }}
{{- $more := last . }}
{{- with $root.Component }}{{ $more = merge (dict "app.kubernetes.io/component" .) ($more | default dict) }}{{ end }}
{{- template "microservice.selectorLabels" $root }}
app.kubernetes.io/managed-by: Helm
{{- with include "microservice.image.version" $root }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
{{- template "microservice.strings" (list $root.Values.labels $more) }}
{{- end }}

{{- /*
Labels of an object, indented: (list $ $more). Most objects have no more than everyone's, which are made once and kept
among the values, under a name that no values file may use.
*/}}
{{- define "microservice.objectLabels" -}}
{{- $root := first . }}
{{- $labels := $root.Values.objectLabels }}
{{- if or (last .) (not $labels) }}
{{- $chart := printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimAll "-_." | quote }}
{{- $labels = printf "%s\nhelm.sh/chart: %s" (include "microservice.labels" .) $chart | nindent 2 }}
{{- if not (last .) }}{{ $_ := set $root.Values "objectLabels" $labels }}{{ end }}
{{- end }}
{{- $labels }}
{{- end }}

{{- /* The annotations of the pods beyond those that restart them; the user's win. */}}
{{- define "microservice.podAnnotations" -}}
{{- $annotations := dict }}
{{- if .Values.metrics }}{{ template "microservice.metrics.annotate" (list $annotations .) }}{{ end }}
{{- template "microservice.strings" (list $annotations .Values.podAnnotations) }}
{{- end }}
