{{- define "microservice.lifecycle.gracePeriod" -}}
{{- if eq .Values.terminationGracePeriodSeconds nil }}30{{ else }}{{ int64 .Values.terminationGracePeriodSeconds }}{{ end }}
{{- end }}

{{- /* What happens before SIGTERM: a pause in which endpoints leave the load balancer. Nothing without ports, unless asked for. */}}
{{- define "microservice.lifecycle.preStop" -}}
{{- $preStop := .Values.preStop | default dict }}
{{- $grace := include "microservice.lifecycle.gracePeriod" . | int64 }}
{{- $seconds := $preStop.sleepSeconds }}
{{- if and (eq $seconds nil) (ne .Values.preStop nil) (include "microservice.ports.main" .) }}
{{- $seconds = min 5 (div $grace 3) }}
{{- end }}
{{- if $preStop.command -}}
exec:
  command: {{ toRawJson $preStop.command }}
{{- else if $seconds -}}
{{- if gt (int64 $seconds) $grace }}
{{- fail (printf "Deployment/%s: preStop.sleepSeconds: %d is more than terminationGracePeriodSeconds, %d" .Release.Name (int64 $seconds) $grace) }}
{{- end -}}
sleep:
  seconds: {{ int64 $seconds }}
{{- end }}
{{- end }}
