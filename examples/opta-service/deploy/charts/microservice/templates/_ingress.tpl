{{- /*
Adds every ingress of the service to a map, which it changes: (list $into $). Each says its name, the path of its value,
its controller, and what ingress says of all of them. The first one's hosts are the Gateway's where there is one.
*/}}
{{- define "microservice.ingress.all" -}}
{{- $into := first . }}
{{- $root := last . }}
{{- $main := $root.Values.ingress | default dict }}
{{- if include "microservice.serves" $root }}
{{- if and (or $main.hosts $main.defaultBackend) (not ($root.Values.gateway).name) }}
{{- template "microservice.ingress.add" (list $into $root "" $root.Release.Name "ingress" $main) }}
{{- end }}
{{- range $key, $extra := $root.Values.extraIngresses }}
{{- if and $extra (or $extra.hosts $extra.defaultBackend) }}
{{- $own := pick $main "stickySession" "consistentHash" "timeoutSeconds" "maxBodySize" "httpsRedirect" "keepPathPrefix" }}
{{- if not $extra.className }}{{ $own = merge $own (pick $main "className" "controller") }}{{ end }}
{{- template "microservice.collect" (list $own $extra) }}
{{- $name := include "microservice.suffixed" (list $root $key) }}
{{- template "microservice.ingress.add" (list $into $root $key $name (print "extraIngresses." $key) $own) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.ingress.add" -}}
{{- $settings := last . }}
{{- $controller := include "microservice.ingress.controller" $settings }}
{{- $name := index . 3 }}
{{- $place := printf "Ingress/%s: %s" $name (index . 4) }}
{{- $one := dict "key" (index . 2) "name" $name "place" $place "controller" $controller "settings" $settings "groups" dict }}
{{- template "microservice.ingress.group" (list (index . 1) $one) }}
{{- if $one.groups }}{{ $_ := set (first .) (index . 2) $one }}{{ end }}
{{- end }}

{{- /* Which controller serves an ingress, as it says or as the name of its class tells; or nothing. */}}
{{- define "microservice.ingress.controller" -}}
{{- .controller | default (regexFind "nginx|traefik|haproxy" (.className | default "")) }}
{{- end }}

{{- /* Adds the annotations of an Ingress to a map, which it changes; the user's win: (list $into $ $ingress $group $first). */}}
{{- define "microservice.ingress.annotate" -}}
{{- $one := index . 2 }}
{{- $call := initial . }}
{{- if and (last .) $one.settings.issuer (not ($one.settings.certificate).enabled) }}
{{- $key := ternary "cert-manager.io/issuer" "cert-manager.io/cluster-issuer" (eq $one.settings.issuerKind "Issuer") }}
{{- $_ := set (first .) $key $one.settings.issuer }}
{{- end }}
{{- if eq $one.controller "nginx" }}{{ template "microservice.ingress.nginx" $call }}
{{- else if eq $one.controller "traefik" }}{{ template "microservice.ingress.traefik" $call }}
{{- else if eq $one.controller "haproxy" }}{{ template "microservice.ingress.haproxy" $call }}{{ end }}
{{- template "microservice.collect" (list (first .) $one.settings.annotations) }}
{{- end }}

{{- /* Adds what controllers are told at the Service to a map, which it changes: (list $into $). */}}
{{- define "microservice.ingress.onService" -}}
{{- $root := last . }}
{{- $into := first . }}
{{- with ternary dict $root.Values.ingress (hasKey $root "Component") }}
{{- if or (.stickySession).enabled .consistentHash .timeoutSeconds .maxBodySize }}
{{- $all := dict }}
{{- template "microservice.ingress.all" (list $all $root) }}
{{- range $all }}
{{- if eq .controller "traefik" }}{{ template "microservice.ingress.traefik.service" (list $into $root .) }}
{{- else if eq .controller "haproxy" }}{{ template "microservice.ingress.haproxy.service" (list $into $root .) }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The controllers that serve the release. */}}
{{- define "microservice.ingress.controllers" -}}
{{- with .Values.ingress }}{{ template "microservice.ingress.controller" . }}{{ end }}
{{- range .Values.extraIngresses }}{{ with . }} {{ template "microservice.ingress.controller" . }}{{ end }}{{ end }}
{{- end }}

{{- define "microservice.ingress.backend" -}}
{{- if and (last .).grpc (eq (index . 1).controller "traefik") }}{{ template "microservice.suffixed" (list (first .) "h2c") }}
{{- else }}{{ (first .).Release.Name }}{{ end }}
{{- end }}
