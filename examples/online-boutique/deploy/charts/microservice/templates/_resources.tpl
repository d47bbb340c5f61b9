{{- /*
Requests and limits of a container, given its resources. What cannot be shared (nvidia.com/gpu, hugepages) has one amount
for both, as Kubernetes wants it: the limit, or else the request.
*/}}
{{- define "microservice.resources" -}}
{{- $requests := dict }}
{{- template "microservice.collect" (list $requests (.).requests) }}
{{- $limits := dict }}
{{- template "microservice.collect" (list $limits (.).limits) }}
{{- range $resource, $amount := $requests }}
{{- if or (contains "/" $resource) (hasPrefix "hugepages-" $resource) }}
{{- if not (hasKey $limits $resource) }}{{ $_ := set $limits $resource $amount }}{{ end }}
{{- $_ := set $requests $resource (get $limits $resource) }}
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
