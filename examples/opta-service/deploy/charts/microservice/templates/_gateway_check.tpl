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
