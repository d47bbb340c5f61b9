{{- define "microservice.lifecycle.gracePeriod" -}}
{{- if eq .Values.terminationGracePeriodSeconds nil }}30{{ else }}{{ int64 .Values.terminationGracePeriodSeconds }}{{ end }}
{{- end }}

{{- /*
What happens right after a container's start and before its end: (list $ $container $port), the settings of which are the
service's (.Values), or those of a container beside it; its main port, or nothing.
*/}}
{{- define "microservice.lifecycle" -}}
{{- $container := index . 1 }}
{{- with include "microservice.lifecycle.preStop" . }}
preStop:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with $container.postStart }}
{{- with include "microservice.lifecycle.action" (list (first $) "postStart" . $container.ports (last $)) }}
postStart:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What happens before SIGTERM: a pause in which endpoints leave the load balancer. Nothing without ports, unless asked for. */}}
{{- define "microservice.lifecycle.preStop" -}}
{{- $preStop := (index . 1).preStop }}
{{- if ne $preStop nil }}
{{- $grace := include "microservice.lifecycle.gracePeriod" (first .) | int64 }}
{{- $seconds := $preStop.sleepSeconds }}
{{- if and (eq $seconds nil) (last .) }}{{ $seconds = min 5 (div $grace 3) }}{{ end }}
{{- if gt (int64 $seconds) $grace }}
{{- fail (printf "%s: preStop.sleepSeconds: %d is more than terminationGracePeriodSeconds, %d" (include "microservice.place" (first .)) (int64 $seconds) $grace) }}
{{- end }}
{{- include "microservice.lifecycle.action" (list (first .) "preStop" (merge (dict "sleepSeconds" $seconds) $preStop) (index . 1).ports (last .)) }}
{{- end }}
{{- end }}

{{- /* What a hook does: (list $ "field" $hook $ports $main). A command goes before a request, and that before a pause. */}}
{{- define "microservice.lifecycle.action" -}}
{{- $hook := index . 2 }}
{{- if $hook.command -}}
exec:
  command: {{ toRawJson $hook.command }}
{{- else if $hook.path -}}
{{- $place := printf "%s: %s.port" (include "microservice.place" (first .)) (index . 1) }}
{{- $port := required (print $place ": which port? None is given") ($hook.port | default (last .)) }}
{{- if kindIs "string" $port }}
{{- template "microservice.ports.check" (list (dict "Values" (dict "ports" (index . 3))) $place $port) }}
{{- end -}}
httpGet:
  {{- include "microservice.probes.request" (list $hook $port) | trim | nindent 2 }}
{{- else if $hook.sleepSeconds -}}
sleep:
  seconds: {{ int64 $hook.sleepSeconds }}
{{- end }}
{{- end }}
