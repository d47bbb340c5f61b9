{{- /*
What HAProxy's Kubernetes Ingress Controller is told at an Ingress: (list $into $ $ingress $group), the first of which it
changes. Source: haproxytech/kubernetes-ingress, "Annotations". It keeps websockets open for an hour by itself.
*/}}
{{- define "microservice.ingress.haproxy" -}}
{{- $into := first . }}
{{- $settings := (index . 2).settings }}
{{- $group := last . }}
{{- with $group.strip }}
{{- $prefix := replace "." "[.]" . | replace "+" "[+]" }}
{{- $_ := set $into "haproxy.org/path-rewrite" (printf "^%s/?(.*)$ /\\1" $prefix) }}
{{- end }}
{{- if $group.grpc }}{{ $_ := set $into "haproxy.org/server-proto" "h2" }}{{ end }}
{{- if ne $settings.httpsRedirect nil }}{{ $_ := set $into "haproxy.org/ssl-redirect" (toString $settings.httpsRedirect) }}{{ end }}
{{- with $group.www }}
{{- $_ := set $into "haproxy.org/request-redirect" . }}
{{- $_ := set $into "haproxy.org/request-redirect-code" "301" }}
{{- end }}
{{- end }}

{{- /*
What HAProxy is told at the Service, whose back end all its ingresses share: (list $into $ $ingress), the first of which
it changes.
*/}}
{{- define "microservice.ingress.haproxy.service" -}}
{{- $into := first . }}
{{- $one := last . }}
{{- $settings := $one.settings }}
{{- $snippet := list }}
{{- with $settings.stickySession }}
{{- if .enabled }}
{{- $_ := set $into "haproxy.org/cookie-persistence" (.cookieName | default "opta_cookie") }}
{{- if ne (.maxAge | default 86400 | int64) 86400 }}
{{- fail (printf "%s.stickySession.maxAge: HAProxy's cookie ends with the browser's session: leave it out" $one.place) }}
{{- end }}
{{- end }}
{{- end }}
{{- with $settings.consistentHash }}
{{- $_ := set $into "haproxy.org/load-balance" (include "microservice.ingress.haproxy.hash" (list $one.place .)) }}
{{- $snippet = append $snippet "hash-type consistent" }}
{{- end }}
{{- with $settings.timeoutSeconds }}{{ $_ := set $into "haproxy.org/timeout-server" (print (int64 .) "s") }}{{ end }}
{{- with $settings.maxBodySize }}
{{- $bytes := include "microservice.ingress.bytes" . }}
{{- $snippet = append $snippet (printf "http-request deny deny_status 413 if { req.body_size gt %s }" $bytes) }}
{{- end }}
{{- with $snippet }}{{ $_ := set $into "haproxy.org/backend-config-snippet" (join "\n" .) }}{{ end }}
{{- end }}

{{- /* HAProxy's word for what nginx spreads requests by: (list "Ingress/name: path" "$expression"). */}}
{{- define "microservice.ingress.haproxy.hash" -}}
{{- $words := dict "$request_uri" "uri whole" "$uri" "uri" "$host" "hdr(Host)" "$http_host" "hdr(Host)" "$remote_addr" "source" "$binary_remote_addr" "source" }}
{{- if hasKey $words (last .) }}{{ get $words (last .) }}
{{- else if regexMatch "^[$]http_[a-z0-9_]+$" (last .) }}hdr({{ trimPrefix "$http_" (last .) | replace "_" "-" }})
{{- else if regexMatch "^[$]arg_[A-Za-z0-9_]+$" (last .) }}url_param {{ trimPrefix "$arg_" (last .) }}
{{- else }}
{{- fail (printf "%s.consistentHash: HAProxy cannot spread requests by %s: one of %s, $http_<header>, $arg_<name>" (first .) (last .) (keys $words | sortAlpha | join ", ")) }}
{{- end }}
{{- end }}
