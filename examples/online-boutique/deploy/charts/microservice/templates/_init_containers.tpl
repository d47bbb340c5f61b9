{{- define "microservice.initContainers" -}}
{{- $ordered := dict }}
{{- range $name, $container := .Values.initContainers }}
{{- if ne $container nil }}
{{- if eq $name $.Release.Name }}
{{- fail (printf "Deployment/%s: initContainers.%s: the container of the service has that name" $name $name) }}
{{- end }}
{{- $_ := set $ordered (printf "%06d/%s" (int64 $container.order) $name) (list $name $container) }}
{{- end }}
{{- end }}
{{- range $ordered }}
{{- $container := last . }}
- name: {{ first . | quote }}
  image: {{ $container.image | quote }}
  {{- with $container.restartPolicy }}
  restartPolicy: {{ . }}
  {{- end }}
  {{- with include "microservice.image.command" $container }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with include "microservice.container.common" (list $ $container.env ($container.resources | default $.Values.resources)) }}
  {{- . | trim | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}
