{{- define "microservice.probes" -}}
{{- $main := include "microservice.ports.main" . }}
{{- range $field := list "livenessProbe" "readinessProbe" "startupProbe" }}
{{- $probe := index $.Values $field }}
{{- if and (ne $probe nil) (or $probe.enabled (and (eq $probe.enabled nil) (ne $field "startupProbe"))) }}
{{- with include "microservice.probes.action" (list $ $field $probe ($probe.port | default $main)) }}
{{ $field }}:
  {{- . | nindent 2 }}
  {{- with include "microservice.fields" (list $probe "initialDelaySeconds" "periodSeconds" "timeoutSeconds" "successThreshold" "failureThreshold") }}
  {{- . | trim | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* How a probe asks: (list $ "field" $probe $port). Nothing, when there is no port to ask. */}}
{{- define "microservice.probes.action" -}}
{{- $root := first . }}
{{- $place := printf "Deployment/%s: %s" $root.Release.Name (index . 1) }}
{{- $probe := index . 2 }}
{{- $port := last . }}
{{- $declared := dict }}
{{- if and $port (kindIs "string" $port) }}
{{- template "microservice.ports.checkTCP" (list $root (print $place ".port") $port) }}
{{- $declared = index $root.Values.ports $port }}
{{- end }}
{{- $guess := ternary "grpc" "tcp" (eq $declared.type "grpc") }}
{{- if $probe.command }}{{ $guess = "exec" }}{{ else if $probe.path }}{{ $guess = "http" }}{{ end }}
{{- $type := $probe.type | default $guess }}
{{- if eq $type "exec" -}}
exec:
  command: {{ required (print $place ".command: a probe of type exec needs a command") $probe.command | toRawJson }}
{{- else if and $port (eq $type "http") -}}
httpGet:
  path: {{ $probe.path | default "/" | quote }}
  port: {{ toRawJson $port }}
  {{- with $probe.scheme }}
  scheme: {{ . }}
  {{- end }}
  {{- with include "microservice.probes.headers" $probe.headers }}
  httpHeaders:
    {{- . | trim | nindent 4 }}
  {{- end }}
{{- else if and $port (eq $type "grpc") -}}
grpc:
  port: {{ int64 ($declared.containerPort | default $port) }}
  {{- with $probe.grpcService }}
  service: {{ . | quote }}
  {{- end }}
{{- else if $port -}}
tcpSocket:
  port: {{ toRawJson $port }}
{{- end }}
{{- end }}

{{- define "microservice.probes.headers" -}}
{{- range $name, $value := . }}
{{- if ne $value nil }}
- name: {{ $name | quote }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}
