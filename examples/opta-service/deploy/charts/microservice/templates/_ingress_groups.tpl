{{- /*
Puts the hosts of an ingress into groups, which it changes: (list $ $ingress). Each makes an Ingress object, for what an
annotation says holds for all of it: the protocol behind it and, but for nginx, the prefix that is cut off.
*/}}
{{- define "microservice.ingress.group" -}}
{{- $root := first . }}
{{- $one := last . }}
{{- $main := include "microservice.ports.main" $root }}
{{- range $host, $rule := $one.settings.hosts }}
{{- if ne $rule nil }}
{{- range $path, $options := ternary (dict "/" dict) $rule.paths (eq $rule.paths nil) }}
{{- if ne $options nil }}
{{- $port := $options.port | default $main }}
{{- template "microservice.ports.checkTCP" (list $root (printf "%s.hosts[%q].paths[%q].port" $one.place $host $path) $port) }}
{{- $type := (index $root.Values.ports $port).type | default "http" }}
{{- $exact := eq ($options.pathType | default "Prefix") "Exact" }}
{{- $strip := ternary "" (trimSuffix "/" $path) (or $exact (eq $one.settings.keepPathPrefix true)) }}
{{- $key := print (ternary "grpc" "http" (eq $type "grpc")) (ternary "" $strip (eq $one.controller "nginx")) }}
{{- $group := get $one.groups $key | default (dict "key" $key "grpc" (eq $type "grpc") "strip" "" "long" "" "rules" dict) }}
{{- if $strip }}{{ $_ := set $group "strip" $strip }}{{ end }}
{{- if has $type (list "websocket" "tcp") }}{{ $_ := set $group "long" "true" }}{{ end }}
{{- $paths := get $group.rules $host | default dict }}
{{- $_ := set $group.rules $host (set $paths $path (dict "port" $port "exact" $exact)) }}
{{- $_ := set $one.groups $key $group }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- template "microservice.ingress.complete" (list $root $one) }}
{{- end }}

{{- /* Makes an ingress whole once its hosts are in groups, which it changes: (list $ $ingress). */}}
{{- define "microservice.ingress.complete" -}}
{{- $root := first . }}
{{- $one := last . }}
{{- with $one.settings.defaultBackend }}
{{- template "microservice.ports.checkTCP" (list $root (print $one.place ".defaultBackend") .) }}
{{- if not $one.groups }}{{ $_ := set $one.groups "http" (dict "key" "http" "rules" dict) }}{{ end }}
{{- end }}
{{- if not $one.controller }}
{{- template "microservice.ingress.unknown" $one }}
{{- end }}
{{- $several := gt (len $one.groups) 1 }}
{{- range $key, $group := $one.groups }}
{{- $parts := list $one.key }}
{{- if $several }}
{{- $prefix := trimPrefix "grpc" (trimPrefix "http" $key) }}
{{- $parts = list $one.key (ternary "grpc" "" (eq $group.grpc true)) (ternary (sha256sum $prefix | trunc 8) "" (ne $prefix "")) }}
{{- end }}
{{- $_ := set $group "name" (include "microservice.ingress.named" (list $root (join "-" (compact $parts)))) }}
{{- range $host, $paths := $group.rules }}
{{- $twin := ternary (include "microservice.ingress.twin" $host) "" (eq $one.settings.wwwRedirect true) }}
{{- if and $twin (not (hasKey $one.settings.hosts $twin)) (ne $one.controller "nginx") }}
{{- $name := include "microservice.ingress.named" (list $root (print (ternary (print $one.key "-") "" (ne $one.key "")) "www-" (sha256sum $host | trunc 8))) }}
{{- $port := (first (values $paths)).port }}
{{- $_ := set $one.groups (print "www/" $host) (dict "name" $name "www" $host "rules" (dict $twin (dict "/" (dict "port" $port)))) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.ingress.named" -}}
{{- if last . }}{{ template "microservice.suffixed" . }}{{ else }}{{ (first .).Release.Name }}{{ end }}
{{- end }}

{{- /* Fails where an ingress wants what each controller is told in its own way, and nobody knows which it is. */}}
{{- define "microservice.ingress.unknown" -}}
{{- $wanted := "" }}
{{- range $field := list "consistentHash" "timeoutSeconds" "maxBodySize" "httpsRedirect" "wwwRedirect" }}
{{- if index $.settings $field }}{{ $wanted = $field }}{{ end }}
{{- end }}
{{- range .groups }}
{{- if or .grpc .long }}{{ $wanted = "hosts" }}{{ else if .strip }}{{ $wanted = "keepPathPrefix" }}{{ end }}
{{- end }}
{{- if (.settings.stickySession).enabled }}{{ $wanted = "stickySession" }}{{ end }}
{{- if $wanted }}
{{- $of := ternary "no class" (printf "the class %q" .settings.className) (empty .settings.className) }}
{{- fail (printf "%s.%s: %s tells no controller that could be told this: give ingress.controller (nginx, traefik, haproxy)" .place $wanted $of) }}
{{- end }}
{{- end }}
