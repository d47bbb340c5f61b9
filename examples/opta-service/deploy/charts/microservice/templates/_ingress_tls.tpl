{{- /* Adds the hosts of an ingress by the Secret of their certificate to a map, which it changes: (list $into $ $ingress). */}}
{{- define "microservice.ingress.tls" -}}
{{- $into := first . }}
{{- $one := last . }}
{{- $secret := $one.settings.tlsSecret }}
{{- if and $one.settings.issuer (not $secret) }}
{{- $secret = include "microservice.suffixed" (list (index . 1) (ternary (print $one.key "-tls") "tls" (ne $one.key ""))) }}
{{- end }}
{{- range $group := $one.groups }}
{{- if and $secret (not $group.rules) }}{{ $_ := set $into $secret dict }}{{ end }}
{{- range $host, $_ := $group.rules }}
{{- with (index $one.settings.hosts ($group.www | default $host)).tlsSecret | default $secret }}
{{- $hosts := get $into . | default dict }}
{{- if ne $host "*" }}{{ $_ := set $hosts $host true }}{{ end }}
{{- with ternary (include "microservice.ingress.twin" $host) "" (and (eq $one.settings.wwwRedirect true) (not $group.www)) }}{{ $_ := set $hosts . true }}{{ end }}
{{- $_ := set $into . $hosts }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The host that redirects to a host: www.shop.example for shop.example, and so the other way round; or nothing. */}}
{{- define "microservice.ingress.twin" -}}
{{- if not (contains "*" .) }}{{ ternary (trimPrefix "www." .) (print "www." .) (hasPrefix "www." .) }}{{ end }}
{{- end }}
