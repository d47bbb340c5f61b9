{{- /* What selects the pods: never more than this, for a selector cannot change. */}}
{{- define "microservice.selectorLabels" -}}
app.kubernetes.io/name: {{ include "microservice.fullname" . | quote }}
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

{{- /* The annotations of the pods beyond those that restart them; the user's win. */}}
{{- define "microservice.podAnnotations" -}}
{{- $annotations := dict }}
{{- if .Values.metrics }}{{ template "microservice.metrics.annotate" (list $annotations .) }}{{ end }}
{{- template "microservice.strings" (list $annotations .Values.podAnnotations) }}
{{- end }}
