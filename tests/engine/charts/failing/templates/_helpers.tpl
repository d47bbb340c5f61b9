{{- define "failing.deep" -}}
{{ .Values.no.such.thing }}
{{- end }}
