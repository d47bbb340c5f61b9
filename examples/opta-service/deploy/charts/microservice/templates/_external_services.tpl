{{- /* The ports of something outside, for its Service or, with "slice", for its EndpointSlices: (list $external "kind"). */}}
{{- define "microservice.externalServices.ports" -}}
{{- $slice := eq (last .) "slice" }}
{{- range $name, $port := (first .).ports }}
{{- if $port }}
- name: {{ $name | quote }}
  port: {{ ternary ($port.targetPort | default $port.port) $port.port $slice | int64 }}
  protocol: {{ $port.protocol | default "TCP" }}
  {{- with $port.appProtocol }}
  appProtocol: {{ . | quote }}
  {{- end }}
  {{- if not $slice }}
  targetPort: {{ $port.targetPort | default $port.port | int64 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Adds the addresses by their family to a map, which it changes: (list $into $external). */}}
{{- define "microservice.externalServices.addresses" -}}
{{- $into := first . }}
{{- range $address, $used := (last .).addresses }}
{{- if $used }}
{{- $family := ternary "IPv6" "IPv4" (contains ":" $address) }}
{{- $_ := set $into $family (append (get $into $family | default list) $address) }}
{{- end }}
{{- end }}
{{- end }}
