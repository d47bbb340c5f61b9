{{- define "microservice.ports.container" -}}
{{- $seen := dict }}
{{- range $name, $port := .Values.ports }}
{{- if $port }}
{{- $number := int64 $port.containerPort | toString }}
{{- if hasKey $seen $number }}
{{- fail (printf "Deployment/%s: ports.%s.containerPort: %s is that of ports.%s too" $.Release.Name $name $number (get $seen $number)) }}
{{- end }}
{{- $_ := set $seen $number $name }}
- name: {{ $name | quote }}
  containerPort: {{ $number }}
  protocol: {{ $port.protocol | default "TCP" }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The name of the port for probes and ingress: as asked for, the only one, the one named http, the first; or nothing. */}}
{{- define "microservice.ports.main" -}}
{{- $main := .Values.probePort | default "" }}
{{- if $main }}
{{- template "microservice.ports.check" (list . (printf "Deployment/%s: probePort" .Release.Name) $main) }}
{{- else if (.Values.ports).http }}
{{- $main = "http" }}
{{- else }}
{{- range $name, $port := .Values.ports }}{{ if and $port (not $main) }}{{ $main = $name }}{{ end }}{{ end }}
{{- end }}
{{- $main }}
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
