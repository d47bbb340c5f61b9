{{- /* The rules of all alerts. */}}
{{- define "microservice.monitoring.rules" -}}
{{- range $name, $alert := .Values.alerts }}
{{- if $alert }}
- alert: {{ $name | quote }}
  expr: {{ $alert.expr | quote }}
  {{- with $alert.for }}
  for: {{ . | quote }}
  {{- end }}
  {{- with include "microservice.strings" (list (dict "severity" $alert.severity) $alert.labels) }}
  labels:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- $texts := dict "summary" $alert.summary "description" $alert.description "runbook_url" $alert.runbookUrl }}
  {{- with include "microservice.strings" (list $texts $alert.annotations) }}
  annotations:
    {{- . | trim | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}
