{{- /* The probes of the service's container, or of one beside it, whose values are then the context's. */}}
{{- define "microservice.probes" -}}
{{- $main := include "microservice.ports.main" . }}
{{- range $field := list "livenessProbe" "readinessProbe" "startupProbe" }}
{{- $probe := index $.Values $field }}
{{- if and (ne $probe nil) (or $probe.enabled (and (eq $probe.enabled nil) (ne $field "startupProbe"))) }}
{{- if and $probe.terminationGracePeriodSeconds (eq $field "readinessProbe") }}
{{- fail (printf "%s: %s.terminationGracePeriodSeconds: a pod that is not ready is not stopped" (include "microservice.title" $) $field) }}
{{- end }}
{{- with include "microservice.probes.action" (list $ $field $probe ($probe.port | default $main)) }}
{{ $field }}:
  {{- . | trim | nindent 2 }}
  {{- with include "microservice.fields" (list $probe "initialDelaySeconds" "periodSeconds" "timeoutSeconds" "successThreshold" "failureThreshold" "terminationGracePeriodSeconds") }}
  {{- . | trim | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* How a probe asks: (list $ "field" $probe $port). Nothing, when there is no port to ask. */}}
{{- define "microservice.probes.action" -}}
{{- $field := index . 1 }}
{{- $probe := index . 2 }}
{{- $port := last . }}
{{- $declared := dict }}
{{- if and $port (kindIs "string" $port) }}
{{- $declared = index ((first .).Values.ports | default dict) $port }}
{{- if or (not $declared) (ne ($declared.protocol | default "TCP") "TCP") }}
{{- template "microservice.ports.checkTCP" (list (first .) (printf "%s: %s.port" (include "microservice.title" (first .)) $field) $port) }}
{{- end }}
{{- end }}
{{- $guess := ternary "grpc" "tcp" (eq $declared.type "grpc") }}
{{- if $probe.command }}{{ $guess = "exec" }}{{ else if $probe.path }}{{ $guess = "http" }}{{ end }}
{{- $type := $probe.type | default $guess }}
{{- if eq $type "exec" -}}
exec:
  command: {{ required (printf "%s: %s.command: a probe of type exec needs a command" (include "microservice.title" (first .)) $field) $probe.command | toRawJson }}
{{- else if and $port (eq $type "http") -}}
httpGet:
  {{- include "microservice.probes.request" (list $probe $port) | trim | nindent 2 }}
{{- else if and $port (eq $type "grpc") -}}
grpc:
  port: {{ int64 ($declared.containerPort | default $port) }}
  {{- with $probe.grpcService }}
  service: {{ . | quote }}
  {{- end }}
{{- else if $port -}}
tcpSocket:
  port: {{ toRawJson $port }}
  {{- with $probe.host }}
  host: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* An HTTP request of a probe or of a lifecycle hook: (list $settings $port). */}}
{{- define "microservice.probes.request" -}}
{{- $settings := first . -}}
path: {{ $settings.path | default "/" | quote }}
port: {{ last . | toRawJson }}
{{- include "microservice.fields" (list $settings "host" "scheme") }}
{{- $headers := dict }}
{{- template "microservice.collect" (list $headers $settings.headers) }}
{{- with $headers }}
httpHeaders:
  {{- range $name, $value := . }}
  - name: {{ $name | quote }}
    value: {{ $value | quote }}
  {{- end }}
{{- end }}
{{- end }}
