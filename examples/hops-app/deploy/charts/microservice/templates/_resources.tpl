{{- /* Requests and limits of a container, given its resources. */}}
{{- define "microservice.resources" -}}
{{- range $kind, $quantities := dict "limits" (.).limits "requests" (.).requests }}
{{- with include "microservice.resources.quantities" $quantities }}
{{ $kind }}:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.resources.quantities" -}}
{{- range $resource, $quantity := . }}
{{- if ne $quantity nil }}
{{ $resource }}: {{ toRawJson $quantity }}
{{- end }}
{{- end }}
{{- end }}
