{{- /* Adds the variables of the links to a map, which it changes: (list $into $). */}}
{{- define "microservice.links.collect" -}}
{{- $into := first . }}
{{- range $target, $link := (last .).Values.links }}
{{- if $link }}{{ template "microservice.collect" (list $into $link.env) }}{{ end }}
{{- end }}
{{- end }}

{{- define "microservice.links.volumes" -}}
{{- range $target, $link := .Values.links }}
{{- range $path, $file := ($link | default dict).files }}
{{- if $file }}
{{ template "microservice.mounts.volume" (dict "path" $path "secret" $file.secret "key" $file.key) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* (list $ $seen), $seen as microservice.mounts.once wants it. */}}
{{- define "microservice.links.mounts" -}}
{{- range $target, $link := (first .).Values.links }}
{{- range $path, $file := ($link | default dict).files }}
{{- if $file }}
{{- template "microservice.mounts.once" (list (first $) (last $) (printf "links.%s.files" $target) $path) }}
{{ template "microservice.mounts.mount" (dict "path" $path "key" $file.key) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
