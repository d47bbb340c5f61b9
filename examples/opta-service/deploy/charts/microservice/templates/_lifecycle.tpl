{{- define "microservice.lifecycle.gracePeriod" -}}
{{- if eq .Values.terminationGracePeriodSeconds nil }}30{{ else }}{{ int64 .Values.terminationGracePeriodSeconds }}{{ end }}
{{- end }}

{{- /* What happens right after the start of the service's container, or of one beside it, and before its end. */}}
{{- define "microservice.lifecycle" -}}
{{- with include "microservice.lifecycle.preStop" . }}
preStop:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with .Values.postStart }}
{{- with include "microservice.lifecycle.action" (list $ "postStart" . .sleepSeconds) }}
postStart:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What happens before SIGTERM: a pause in which endpoints leave the load balancer. Nothing without ports, unless asked for. */}}
{{- define "microservice.lifecycle.preStop" -}}
{{- $preStop := .Values.preStop }}
{{- if ne $preStop nil }}
{{- $grace := include "microservice.lifecycle.gracePeriod" . | int64 }}
{{- $seconds := $preStop.sleepSeconds }}
{{- if and (eq $seconds nil) (include "microservice.ports.main" .) }}{{ $seconds = min 5 (div $grace 3) }}{{ end }}
{{- if gt (int64 $seconds) $grace }}
{{- fail (printf "%s: preStop.sleepSeconds: %d is more than terminationGracePeriodSeconds, %d" (include "microservice.title" .) (int64 $seconds) $grace) }}
{{- end }}
{{- include "microservice.lifecycle.action" (list . "preStop" $preStop $seconds) }}
{{- end }}
{{- end }}

{{- /* What a hook does: (list $ "field" $hook $seconds). A command goes before a request, and that before a pause. */}}
{{- define "microservice.lifecycle.action" -}}
{{- $hook := index . 2 }}
{{- if $hook.command -}}
exec:
  command: {{ toRawJson $hook.command }}
{{- else if $hook.path -}}
{{- $place := printf "%s: %s.port" (include "microservice.title" (first .)) (index . 1) }}
{{- $port := required (print $place ": which port? None is given") ($hook.port | default (include "microservice.ports.main" (first .))) }}
{{- if kindIs "string" $port }}
{{- template "microservice.ports.check" (list (first .) $place $port) }}
{{- end -}}
httpGet:
  {{- include "microservice.probes.request" (list $hook $port) | trim | nindent 2 }}
{{- else if last . -}}
sleep:
  seconds: {{ int64 (last .) }}
{{- end }}
{{- end }}
