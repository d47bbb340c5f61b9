{{- /* The rules of a route: (list $ $route). */}}
{{- define "microservice.gateway.rules" -}}
{{- $root := first . }}
{{- $route := last . }}
{{- range $path, $options := $route.paths }}
{{- $port := index $root.Values.ports $options.port }}
{{- $prefix := trimSuffix "/" $path }}
{{- $cut := and $prefix (not $options.exact) (not $root.Values.ingress.keepPathPrefix) }}
- backendRefs: [{name: {{ $root.Release.Name | quote }}, port: {{ $port.servicePort | default $port.containerPort | int64 }}}]
  {{- if $route.grpc }}
  {{- if $cut }}
  {{- fail (printf "GRPCRoute/%s: ingress.hosts: a gateway cuts nothing off gRPC: %s needs ingress.keepPathPrefix" $root.Release.Name $path) }}
  {{- end }}
  {{- $method := dict }}
  {{- if $prefix }}
  {{- if not (regexMatch "^/[A-Za-z_][A-Za-z_0-9]*([.][A-Za-z_][A-Za-z_0-9]*)*(/[A-Za-z_][A-Za-z_0-9]*)?$" $prefix) }}
  {{- fail (printf "GRPCRoute/%s: ingress.hosts: %s is no /package.Service and no /package.Service/Method" $root.Release.Name $path) }}
  {{- end }}
  {{- $parts := splitList "/" $prefix }}
  {{- $method = dict "method" (dict "service" (index $parts 1)) }}
  {{- if gt (len $parts) 2 }}{{ $_ := set $method.method "method" (index $parts 2) }}{{ end }}
  {{- end }}
  {{- with merge $method (include "microservice.gateway.match" $root | fromYaml) }}
  matches: [{{ toRawJson . }}]
  {{- end }}
  {{- else }}
  {{- $match := dict "path" (dict "type" (ternary "Exact" "PathPrefix" $options.exact) "value" (ternary $path ($prefix | default "/") $options.exact)) }}
  matches: [{{ toRawJson (merge $match (include "microservice.gateway.match" $root | fromYaml)) }}]
  {{- with $root.Values.ingress.timeoutSeconds | default (ternary 3600 0 (has $options.type (list "websocket" "tcp"))) }}
  timeouts: {request: {{ print (int64 .) "s" | quote }}}
  {{- end }}
  {{- end }}
  {{- with include "microservice.gateway.filters" (list $root $cut) }}
  filters:
    {{- . | trim | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "microservice.gateway.match" -}}
{{- $headers := list }}
{{- range $name, $value := .Values.gateway.matchHeaders }}
{{- if ne $value nil }}{{ $headers = append $headers (dict "name" $name "value" $value) }}{{ end }}
{{- end }}
{{- with $headers }}headers: {{ toRawJson . }}{{ end }}
{{- end }}

{{- /* What a gateway changes on the way: (list $ $cut), $cut whether the path's prefix is cut off. */}}
{{- define "microservice.gateway.filters" -}}
{{- $gateway := (first .).Values.gateway }}
{{- if last . }}
- {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: "/"}}}
{{- end }}
{{- range $field, $type := dict "requestHeaders" "RequestHeaderModifier" "responseHeaders" "ResponseHeaderModifier" }}
{{- $set := list }}
{{- $remove := list }}
{{- range $name, $value := index $gateway $field }}
{{- if $value }}{{ $set = append $set (dict "name" $name "value" $value) }}
{{- else if ne $value nil }}{{ $remove = append $remove $name }}{{ end }}
{{- end }}
{{- if or $set $remove }}
- type: {{ $type }}
  {{ untitle $type }}:
    {{- with $set }}
    set: {{ toRawJson . }}
    {{- end }}
    {{- with $remove }}
    remove: {{ toRawJson . }}
    {{- end }}
{{- end }}
{{- end }}
{{- end }}
