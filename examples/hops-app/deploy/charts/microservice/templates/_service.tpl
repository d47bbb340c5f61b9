{{- /* The type of a further Service, which its other fields must fit: (list "name" "key" $service). */}}
{{- define "microservice.service.type" -}}
{{- $service := last . }}
{{- $type := $service.type | default "ClusterIP" }}
{{- if and $service.loadBalancerClass (ne $type "LoadBalancer") }}
{{- fail (printf "Service/%s: extraServices.%s.loadBalancerClass: type %s has none, only LoadBalancer" (first .) (index . 1) $type) }}
{{- end }}
{{- if and $service.externalTrafficPolicy (eq $type "ClusterIP") }}
{{- fail (printf "Service/%s: extraServices.%s.externalTrafficPolicy: type ClusterIP has none" (first .) (index . 1)) }}
{{- end }}
{{- $type }}
{{- end }}

{{- /* The ports of a Service: (list $ "Service/name" "path of the value" $ports), $ports being name to number, or nothing for all. */}}
{{- define "microservice.service.ports" -}}
{{- $root := first . }}
{{- $place := printf "%s: %s" (index . 1) (index . 2) }}
{{- $chosen := dict }}
{{- template "microservice.collect" (list $chosen (last .)) }}
{{- range $name, $_ := $chosen }}
{{- template "microservice.ports.check" (list $root (printf "%s.%s" $place $name) $name) }}
{{- end }}
{{- $seen := dict }}
{{- range $name, $port := $root.Values.ports }}
{{- if and $port (or (not $chosen) (hasKey $chosen $name)) }}
{{- $number := get $chosen $name | default $port.servicePort | default $port.containerPort | int64 | toString }}
{{- if hasKey $seen $number }}
{{- fail (printf "%s.%s: service port %s is that of %s too" $place $name $number (get $seen $number)) }}
{{- end }}
{{- $_ := set $seen $number $name }}
- name: {{ $name | quote }}
  port: {{ $number }}
  targetPort: {{ $name | quote }}
  protocol: {{ $port.protocol | default "TCP" }}
{{- end }}
{{- end }}
{{- end }}
