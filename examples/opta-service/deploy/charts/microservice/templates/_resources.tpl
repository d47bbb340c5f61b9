{{- /*
Requests and limits of a container, given its resources. What cannot be shared (nvidia.com/gpu, hugepages) has one amount
for both, as Kubernetes wants it: the limit, or else the request.
*/}}
{{- define "microservice.resources" -}}
{{- $requests := (.).requests | default dict }}
{{- $limits := (.).limits | default dict }}
{{- range $resource, $amount := $requests }}
{{- if and (ne $amount nil) (or (contains "/" $resource) (hasPrefix "hugepages-" $resource)) }}
{{- $amount = index $limits $resource | default $amount }}
{{- $limits = merge (dict $resource $amount) $limits }}
{{- $requests = merge (dict $resource $amount) $requests }}
{{- end }}
{{- end }}
{{- range $kind, $amounts := dict "limits" $limits "requests" $requests }}
{{- with include "microservice.resources.quantities" $amounts }}
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
