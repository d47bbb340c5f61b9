{{- /* Adds the variables of the links to a map, which it changes: (list $into $). */}}
{{- define "microservice.links.collect" -}}
{{- $into := first . }}
{{- range $target, $link := (last .).Values.links }}
{{- if $link }}{{ template "microservice.collect" (list $into $link.env) }}{{ end }}
{{- end }}
{{- end }}

{{- /* The volume with the files of the links, each from its Secret under a name made of its path. */}}
{{- define "microservice.links.volume" -}}
{{- $files := dict }}
{{- range $target, $link := .Values.links }}
{{- if $link }}{{ template "microservice.collect" (list $files $link.files) }}{{ end }}
{{- end }}
{{- with $files }}
- name: chartgen-links
  projected:
    sources:
      {{- range $path, $file := . }}
      - secret:
          name: {{ $file.secret | quote }}
          items:
            - {key: {{ $file.key | quote }}, path: {{ include "microservice.files.key" $path | quote }}}
      {{- end }}
{{- end }}
{{- end }}

{{- define "microservice.links.mounts" -}}
{{- $seen := dict }}
{{- range $target, $link := .Values.links }}
{{- range $path, $file := ($link | default dict).files }}
{{- if and $file (not (hasKey $seen $path)) }}
{{- $_ := set $seen $path true }}
- name: chartgen-links
  mountPath: {{ $path | quote }}
  subPath: {{ include "microservice.files.key" $path | quote }}
  readOnly: true
{{- end }}
{{- end }}
{{- end }}
{{- end }}
