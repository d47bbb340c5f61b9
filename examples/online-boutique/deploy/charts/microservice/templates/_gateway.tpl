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

{{- /* Fails where ingress asks for what the standard Gateway API cannot say. */}}
{{- define "microservice.gateway.check" -}}
{{- $ingress := .Values.ingress }}
{{- $cannot := "the standard Gateway API cannot say this: leave it out, or give the Gateway a policy of its implementation" }}
{{- $why := dict "consistentHash" $cannot "maxBodySize" $cannot "defaultBackend" "a gateway has none: give the host \"*\"" }}
{{- range $field := list "tlsSecret" "issuer" }}{{ $_ := set $why $field "TLS ends at the Gateway, which has the certificates" }}{{ end }}
{{- range $field, $reason := $why }}
{{- if index $ingress $field }}{{ fail (printf "HTTPRoute/%s: ingress.%s: %s" $.Release.Name $field $reason) }}{{ end }}
{{- end }}
{{- if ($ingress.stickySession).enabled }}{{ fail (printf "HTTPRoute/%s: ingress.stickySession: %s" .Release.Name $cannot) }}{{ end }}
{{- if and .Values.gateway.httpSectionName (not .Values.gateway.sectionName) }}
{{- fail (printf "HTTPRoute/%s: gateway.httpSectionName: it goes with gateway.sectionName, the listener for HTTPS" .Release.Name) }}
{{- end }}
{{- if and $ingress.httpsRedirect (not .Values.gateway.httpSectionName) }}
{{- fail (printf "HTTPRoute/%s: ingress.httpsRedirect: name the listeners: gateway.sectionName and gateway.httpSectionName" .Release.Name) }}
{{- end }}
{{- end }}
