{{- /*
Adds the hosts to a map, which it changes, those with equal paths together, for a route has one set of rules for all its
hosts: (list $into $).
*/}}
{{- define "microservice.gateway.collect" -}}
{{- $into := first . }}
{{- $root := last . }}
{{- $main := include "microservice.ports.main" $root }}
{{- $name := $root.Release.Name }}
{{- range $host, $rule := $root.Values.ingress.hosts }}
{{- if ne $rule nil }}
{{- $paths := dict }}
{{- $types := dict }}
{{- range $path, $options := ternary (dict "/" dict) $rule.paths (eq $rule.paths nil) }}
{{- if ne $options nil }}
{{- $port := $options.port | default $main }}
{{- template "microservice.ports.checkTCP" (list $root (printf "HTTPRoute/%s: ingress.hosts[%q].paths[%q].port" $name $host $path) $port) }}
{{- $type := (index $root.Values.ports $port).type | default "http" }}
{{- $_ := set $types (ternary "grpc" "http" (eq $type "grpc")) true }}
{{- $_ := set $paths $path (dict "port" $port "type" $type "exact" (eq ($options.pathType | default "Prefix") "Exact")) }}
{{- end }}
{{- end }}
{{- if gt (len $types) 1 }}
{{- fail (printf "HTTPRoute/%s: ingress.hosts[%q]: a gateway takes either gRPC or HTTP at a host: give gRPC one of its own" $name $host) }}
{{- end }}
{{- if $paths }}
{{- $key := toRawJson (list (eq $host "*") $paths) }}
{{- $route := get $into $key | default (dict "hosts" list "paths" $paths "grpc" (hasKey $types "grpc")) }}
{{- if ne $host "*" }}{{ $_ := set $route "hosts" (append $route.hosts $host) }}{{ end }}
{{- $_ := set $into $key $route }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Metadata of a route, and what it is attached to: (list $ "Kind" "name" "listener" $hosts). */}}
{{- define "microservice.gateway.head" -}}
{{- $gateway := (first .).Values.gateway -}}
apiVersion: gateway.networking.k8s.io/v1
kind: {{ index . 1 }}
metadata:
  {{- include "microservice.metadata" (dict "root" (first .) "name" (index . 2) "annotations" $gateway.annotations) | nindent 2 }}
spec:
  parentRefs:
    - name: {{ $gateway.name | quote }}
      {{- with $gateway.namespace }}
      namespace: {{ . | quote }}
      {{- end }}
      {{- with index . 3 }}
      {{ ternary "sectionName" "port" (kindIs "string" .) }}: {{ toRawJson . }}
      {{- end }}
  {{- with last . }}
  hostnames: {{ uniq . | sortAlpha | toRawJson }}
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
