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
{{- template "microservice.selectorLabels" $root }}
{{- with $root.Component }}
app.kubernetes.io/component: {{ . | quote }}
{{- end }}
app.kubernetes.io/managed-by: Helm
{{- with include "microservice.image.version" $root }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
{{- template "microservice.strings" (list $root.Values.labels (last .)) }}
{{- end }}

{{- define "microservice.podAnnotations" -}}
{{- template "microservice.strings" (list .Values.podAnnotations nil) }}
{{- end }}
