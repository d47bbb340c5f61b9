{{- /*
What Traefik is told at an Ingress: (list $into $ $ingress $group), the first of which it changes.
Source: Traefik 3, "Kubernetes Ingress": all that changes requests is a Middleware.
*/}}
{{- define "microservice.ingress.traefik" -}}
{{- $into := first . }}
{{- $root := index . 1 }}
{{- $middlewares := dict }}
{{- template "microservice.ingress.traefik.middlewares" (list $middlewares $root (index . 2) (last .)) }}
{{- $names := list }}
{{- range $name := keys $middlewares | sortAlpha }}
{{- $names = append $names (printf "%s-%s@kubernetescrd" $root.Release.Namespace $name) }}
{{- end }}
{{- with $names }}{{ $_ := set $into "traefik.ingress.kubernetes.io/router.middlewares" (join "," .) }}{{ end }}
{{- end }}

{{- /* Adds the Middlewares of a group to a map by name, which it changes: (list $into $ $ingress $group). */}}
{{- define "microservice.ingress.traefik.middlewares" -}}
{{- $into := first . }}
{{- $root := index . 1 }}
{{- $one := index . 2 }}
{{- $group := last . }}
{{- if $one.settings.consistentHash }}
{{- fail (printf "%s.consistentHash: Traefik cannot spread requests by a key at an Ingress: use stickySession, or another controller" $one.place) }}
{{- end }}
{{- with $group.strip }}
{{- $name := include "microservice.suffixed" (list $root (print "strip-" (sha256sum . | trunc 8))) }}
{{- $_ := set $into $name (dict "stripPrefix" (dict "prefixes" (list .))) }}
{{- end }}
{{- with $one.settings.maxBodySize }}
{{- $bytes := include "microservice.ingress.bytes" . | int64 }}
{{- $_ := set $into (include "microservice.suffixed" (list $root "body")) (dict "buffering" (dict "maxRequestBodyBytes" $bytes)) }}
{{- end }}
{{- if $one.settings.httpsRedirect }}
{{- $_ := set $into (include "microservice.suffixed" (list $root "https")) (dict "redirectScheme" (dict "scheme" "https" "permanent" true)) }}
{{- end }}
{{- with $group.www }}
{{- $twin := include "microservice.ingress.twin" . }}
{{- $redirect := dict "regex" (printf "(?i)^(https?)://%s[^/]*(.*)$" (replace "." "[.]" $twin)) "replacement" (printf "${1}://%s${2}" .) "permanent" true }}
{{- $_ := set $into (include "microservice.suffixed" (list $root (print "www-" (sha256sum . | trunc 8)))) (dict "redirectRegex" $redirect) }}
{{- end }}
{{- end }}

{{- /* What Traefik is told at the Service: (list $into $ $ingress), the first of which it changes. */}}
{{- define "microservice.ingress.traefik.service" -}}
{{- $into := first . }}
{{- $root := index . 1 }}
{{- $settings := (last .).settings }}
{{- $service := "traefik.ingress.kubernetes.io/service." }}
{{- with $settings.stickySession }}
{{- if .enabled }}
{{- $_ := set $into (print $service "sticky.cookie") "true" }}
{{- $_ := set $into (print $service "sticky.cookie.name") (.cookieName | default "opta_cookie") }}
{{- $_ := set $into (print $service "sticky.cookie.httponly") "true" }}
{{- if ne .maxAge nil }}{{ $_ := set $into (print $service "sticky.cookie.maxage") (int64 .maxAge | toString) }}{{ end }}
{{- end }}
{{- end }}
{{- if $settings.timeoutSeconds }}
{{- $transport := printf "%s-%s@kubernetescrd" $root.Release.Namespace $root.Release.Name }}
{{- $_ := set $into (print $service "serverstransport") $transport }}
{{- end }}
{{- end }}

{{- define "microservice.ingress.bytes" -}}
{{- $units := dict "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 }}
{{- mul (regexFind "[0-9]+" .) (get $units (regexFind "[KMG]i" .)) }}
{{- end }}
