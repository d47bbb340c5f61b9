{{- define "microservice.ports.container" -}}
{{- $seen := dict }}
{{- range $name, $port := .Values.ports }}
{{- if $port }}
{{- $number := int64 $port.containerPort | toString }}
{{- $protocol := $port.protocol | default "TCP" }}
{{- if hasKey $seen (print $number $protocol) }}
{{- fail (printf "%s: ports.%s.containerPort: %s is that of ports.%s too" (include "microservice.title" $) $name $number (get $seen (print $number $protocol))) }}
{{- end }}
{{- $_ := set $seen (print $number $protocol) $name }}
- name: {{ $name | quote }}
  containerPort: {{ $number }}
  protocol: {{ $protocol }}
  {{- with $port.hostPort }}
  hostPort: {{ int64 . }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The name of the TCP port for probes and ingress: as asked for, the only one, the one named http, the first; or nothing. */}}
{{- define "microservice.ports.main" -}}
{{- $main := .Values.probePort | default "" }}
{{- if $main }}
{{- template "microservice.ports.checkTCP" (list . (print (include "microservice.title" .) ": probePort") $main) }}
{{- else }}
{{- range $name, $port := .Values.ports }}
{{- if and $port (or (not $main) (eq $name "http")) (eq ($port.protocol | default "TCP") "TCP") }}{{ $main = $name }}{{ end }}{{ end }}
{{- end }}
{{- $main }}
{{- end }}

{{- /* Fails unless there is a TCP port of that name: (list $ "Kind/name: path of the value" $name). */}}
{{- define "microservice.ports.checkTCP" -}}
{{- template "microservice.ports.check" . }}
{{- with (index (first .).Values.ports (last .)).protocol }}
{{- if ne . "TCP" }}{{ fail (printf "%s: the port %q speaks %s, not TCP" (index $ 1) (last $) .) }}{{ end }}
{{- end }}
{{- end }}

{{- /* Fails unless there is a port of that name: (list $ "Kind/name: path of the value" $name). */}}
{{- define "microservice.ports.check" -}}
{{- $ports := (first .).Values.ports | default dict }}
{{- if eq (index $ports (last .)) nil }}
{{- $known := dict }}
{{- template "microservice.collect" (list $known $ports) }}
{{- fail (printf "%s: there is no port %q (ports: %s)" (index . 1) (last .) (keys $known | sortAlpha | join ", " | default "none")) }}
{{- end }}
{{- end }}

{{- /* The ports of a Service: (list $ "Service/name: path of the ports" $service); all, unless it names some. */}}
{{- define "microservice.ports.service" -}}
{{- $root := first . }}
{{- $place := index . 1 }}
{{- $service := last . | default dict }}
{{- $chosen := dict }}
{{- template "microservice.collect" (list $chosen $service.ports) }}
{{- range $name, $_ := $chosen }}{{ template "microservice.ports.check" (list $root (print $place "." $name) $name) }}{{ end }}
{{- $seen := dict }}
{{- range $name, $port := $root.Values.ports }}
{{- if and $port (or (not $chosen) (hasKey $chosen $name)) }}
{{- $number := get $chosen $name | default $port.servicePort | default $port.containerPort | int64 | toString }}
{{- $protocol := $port.protocol | default "TCP" }}
{{- if hasKey $seen (print $number $protocol) }}
{{- fail (printf "%s.%s: service port %s is that of %s too" $place $name $number (get $seen (print $number $protocol))) }}
{{- end }}
{{- $_ := set $seen (print $number $protocol) $name }}
- name: {{ $name | quote }}
  port: {{ $number }}
  targetPort: {{ $name | quote }}
  protocol: {{ $protocol }}
  {{- with $port.appProtocol }}
  appProtocol: {{ . | quote }}
  {{- end }}
  {{- with get ($service.nodePorts | default dict) $name }}
  nodePort: {{ int64 . }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}
