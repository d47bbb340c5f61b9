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
  {{- if $prefix }}{{ $method = dict "method" (dict "service" (trimPrefix "/" $prefix)) }}{{ end }}
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

{{- /* The route of a port that is not HTTP: (list $ "name" "Ingress/name: path" $port "its number"). */}}
{{- define "microservice.gateway.tcp" -}}
{{- $port := index . 3 }}
{{- $kinds := dict "TCP" (ternary "TLSRoute" "TCPRoute" (not (empty $port.ingressHost))) "UDP" "UDPRoute" }}
{{- $kind := get $kinds ($port.protocol | default "TCP") }}
{{- if or (not $kind) (and $port.ingressHost (eq $kind "UDPRoute")) }}
{{- fail (printf "%s: a gateway has no route for %s%s" (index . 2) $port.protocol (ternary " by host" "" (eq $kind "UDPRoute"))) }}
{{- end }}
{{- include "microservice.gateway.head" (list (first .) $kind (index . 1) $port.ingressPort (ternary (list $port.ingressHost) list (eq $kind "TLSRoute"))) }}
  rules: [{backendRefs: [{name: {{ include "microservice.fullname" (first .) | quote }}, port: {{ last . }}}]}]
{{- end }}
