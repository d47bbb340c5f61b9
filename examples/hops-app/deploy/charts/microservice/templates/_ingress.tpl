{{- /*
Adds hosts to two maps, which it changes, by what their port speaks: (list $ $http $grpc). An nginx Ingress speaks one
protocol to all its services, so each map makes an Ingress of its own. A map is host to path to port name.
*/}}
{{- define "microservice.ingress.collect" -}}
{{- $root := first . }}
{{- $main := include "microservice.ports.main" $root }}
{{- $name := $root.Release.Name }}
{{- range $host, $rule := ($root.Values.ingress).hosts }}
{{- if ne $rule nil }}
{{- $paths := $rule.paths }}
{{- if eq $paths nil }}{{ $paths = dict "/" dict }}{{ end }}
{{- range $path, $options := $paths }}
{{- if ne $options nil }}
{{- $port := $options.port | default $main }}
{{- template "microservice.ports.check" (list $root (printf "Ingress/%s: ingress.hosts[%q].paths[%q].port" $name $host $path) $port) }}
{{- $hosts := index $ (ternary 2 1 (eq (index $root.Values.ports $port).type "grpc")) }}
{{- $_ := set $hosts $host (set (get $hosts $host | default dict) $path $port) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Whether path prefixes are cut off: (list $ $hosts). Then every path is a regular expression, and $2 is the rest. */}}
{{- define "microservice.ingress.cut" -}}
{{- if not (first .).Values.ingress.keepPathPrefix }}
{{- range $host, $paths := last . }}{{ if without (keys $paths) "/" }}true{{ end }}{{ end }}
{{- end }}
{{- end }}

{{- define "microservice.ingress.path" -}}
{{- $path := first . }}
{{- if last . -}}
path: {{ ternary "/()(.*)" (print (trimSuffix "/" $path | regexQuoteMeta) "(/|$)(.*)") (eq $path "/") | quote }}
pathType: ImplementationSpecific
{{- else -}}
path: {{ $path | quote }}
pathType: Prefix
{{- end }}
{{- end }}

{{- /*
Adds to a map, which it changes, what nginx is to know and, over it, the annotations of the user:
(list $into $ $hosts "http or grpc" $cut).
*/}}
{{- define "microservice.ingress.annotate" -}}
{{- $root := index . 1 }}
{{- $ingress := $root.Values.ingress }}
{{- $nginx := dict }}
{{- if last . }}{{ $_ := set $nginx "use-regex" "true" }}{{ $_ := set $nginx "rewrite-target" "/$2" }}{{ end }}
{{- if eq (index . 3) "grpc" }}{{ $_ := set $nginx "backend-protocol" "GRPC" }}{{ end }}
{{- range $host, $paths := index . 2 }}
{{- range $path, $port := $paths }}
{{- if has (index $root.Values.ports $port).type (list "websocket" "tcp") }}
{{- $_ := set $nginx "proxy-read-timeout" "3600" }}
{{- $_ := set $nginx "proxy-send-timeout" "3600" }}
{{- end }}
{{- end }}
{{- end }}
{{- with $ingress.stickySession }}
{{- if .enabled }}
{{- $_ := set $nginx "affinity" "cookie" }}
{{- $_ := set $nginx "session-cookie-name" (.cookieName | default "opta_cookie") }}
{{- if ne .maxAge nil }}
{{- $_ := set $nginx "session-cookie-max-age" (int64 .maxAge | toString) }}
{{- $_ := set $nginx "session-cookie-expires" (int64 .maxAge | toString) }}
{{- end }}
{{- end }}
{{- end }}
{{- with $ingress.consistentHash }}{{ $_ := set $nginx "upstream-hash-by" . }}{{ end }}
{{- $into := first . }}
{{- range $key, $value := $nginx }}{{ $_ := set $into (print "nginx.ingress.kubernetes.io/" $key) $value }}{{ end }}
{{- template "microservice.collect" (list $into $ingress.annotations) }}
{{- end }}
