{{- /* Adds the variables of the links to a map, which it changes: (list $into $). */}}
{{- define "microservice.links.collect" -}}
{{- $into := first . }}
{{- range $target, $link := (last .).Values.links }}
{{- if $link }}{{ template "microservice.collect" (list $into $link.env) }}{{ end }}
{{- end }}
{{- end }}
