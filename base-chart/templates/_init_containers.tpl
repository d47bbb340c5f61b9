{{- define "microservice.initContainers" -}}
{{- $ordered := dict }}
{{- range $name, $container := .Values.initContainers }}
{{- if $container }}{{ $_ := set $ordered (printf "%06d/%s" (int64 $container.order) $name) (list $name $container) }}{{ end }}
{{- end }}
{{- range $ordered }}
{{- $container := last . }}
- name: {{ first . | quote }}
  image: {{ $container.image | quote }}
  {{- with include "microservice.image.command" $container }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with include "microservice.pod.container" (list $ $container.env ($container.resources | default $.Values.resources)) }}
  {{- . | trim | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}
