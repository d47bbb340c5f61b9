{{- /*
What ingress-nginx is told by annotations: (list $into $ $ingress $group), the first of which it changes.
Source: ingress-nginx, "Annotations".
*/}}
{{- define "microservice.ingress.nginx" -}}
{{- $into := first . }}
{{- $one := index . 2 }}
{{- $settings := $one.settings }}
{{- $group := last . }}
{{- $nginx := dict }}
{{- if $group.strip }}{{ $_ := set $nginx "use-regex" "true" }}{{ $_ := set $nginx "rewrite-target" "/$2" }}{{ end }}
{{- if $group.grpc }}{{ $_ := set $nginx "backend-protocol" "GRPC" }}{{ end }}
{{- with $settings.timeoutSeconds | default (ternary 3600 0 (eq $group.long "true")) }}
{{- $_ := set $nginx "proxy-read-timeout" (int64 . | toString) }}
{{- $_ := set $nginx "proxy-send-timeout" (int64 . | toString) }}
{{- end }}
{{- with $settings.maxBodySize }}{{ $_ := set $nginx "proxy-body-size" (trimSuffix "i" . | lower) }}{{ end }}
{{- if ne $settings.httpsRedirect nil }}{{ $_ := set $nginx "force-ssl-redirect" (toString $settings.httpsRedirect) }}
{{- if not $settings.httpsRedirect }}{{ $_ := set $nginx "ssl-redirect" "false" }}{{ end }}{{ end }}
{{- if $settings.wwwRedirect }}{{ $_ := set $nginx "from-to-www-redirect" "true" }}{{ end }}
{{- with $settings.stickySession }}
{{- if .enabled }}
{{- $_ := set $nginx "affinity" "cookie" }}
{{- $_ := set $nginx "session-cookie-name" (.cookieName | default "opta_cookie") }}
{{- if ne .maxAge nil }}
{{- $_ := set $nginx "session-cookie-max-age" (int64 .maxAge | toString) }}
{{- $_ := set $nginx "session-cookie-expires" (int64 .maxAge | toString) }}
{{- end }}
{{- end }}
{{- end }}
{{- with $settings.consistentHash }}{{ $_ := set $nginx "upstream-hash-by" . }}{{ end }}
{{- range $key, $value := $nginx }}{{ $_ := set $into (print "nginx.ingress.kubernetes.io/" $key) $value }}{{ end }}
{{- end }}

{{- /* A path of an Ingress: (list $ingress $group "path" $options). Where nginx cuts prefixes off, all are expressions, and $2 the rest. */}}
{{- define "microservice.ingress.path" -}}
{{- $one := first . }}
{{- $path := index . 2 }}
{{- $exact := (last .).exact }}
{{- if and (index . 1).strip (eq $one.controller "nginx") -}}
{{- if $exact }}
{{- fail (printf "%s.hosts: %s is of type Exact, which nginx does not know beside prefixes that it cuts off" $one.place $path) }}
{{- end -}}
path: {{ ternary "/()(.*)" (print (trimSuffix "/" $path | regexQuoteMeta) "(/|$)(.*)") (eq $path "/") | quote }}
pathType: ImplementationSpecific
{{- else -}}
path: {{ $path | quote }}
pathType: {{ ternary "Exact" "Prefix" (eq $exact true) }}
{{- end }}
{{- end }}
