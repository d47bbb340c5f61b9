{{- /* Fails where more than one of the fields is set, or none of them: (list $ "values.path" $map "field" ...). */}}
{{- define "microservice.one" -}}
{{- $set := list }}
{{- $map := index . 2 }}
{{- $fields := slice . 3 }}
{{- range $fields }}
{{- if ne (index $map .) nil }}{{ $set = append $set . }}{{ end }}
{{- end }}
{{- if ne (len $set) 1 }}
{{- fail (printf "%s: %s: give one of %s%s" (include "microservice.title" (first .)) (index . 1) (join ", " $fields) ($set | empty | ternary "" (printf ", not %s" (join " and " $set)))) }}
{{- end }}
{{- end }}

{{- define "microservice.env.source" -}}
{{- $value := last . }}
{{- template "microservice.one" (list (first .) (printf "env.%s" (index . 1)) $value "configMap" "secret" "field" "resource") }}
{{- if $value.field }}
fieldRef: {fieldPath: {{ $value.field | quote }}}
{{- else if $value.resource }}
resourceFieldRef:
  {{- include "microservice.fields" (list $value "resource" "divisor") | trim | nindent 2 }}
{{- else }}
{{ if $value.configMap }}configMap{{ else }}secret{{ end }}KeyRef:
  name: {{ include "microservice.configMaps.name" (list (first .) $value.configMap) | default $value.configMap | default $value.secret | quote }}
  key: {{ $value.key | default (index . 1) | quote }}
  {{- with $value.optional }}
  optional: true
  {{- end }}
{{- end }}
{{- end }}

{{- /* The files that a volume takes from one place: (list $ "source" $from "name of a Secret's name"). */}}
{{- define "microservice.volume.files" -}}
{{- $from := index . 2 }}
{{- if eq (index . 1) "serviceAccountToken" }}
{{- include "microservice.fields" (list $from "path" "audience" "expirationSeconds") }}
{{- else if eq (index . 1) "downwardAPI" }}
{{ include "microservice.mounts.fields" (list (first .) "volumes" $from) }}
{{- else }}
{{- $isMap := eq (index . 1) "configMap" }}
{{ $isMap | ternary "name" (last .) }}: {{ $isMap | ternary (include "microservice.configMaps.name" (list (first .) $from.name) | default $from.name) $from.name | quote }}
{{- with $from.optional }}
optional: true
{{- end }}
{{- with include "microservice.strings" (list $from.items nil) }}
items:
{{- range $key, $path := $from.items }}
{{- if ne $path nil }}
  - {key: {{ $key | quote }}, path: {{ $path | quote }}}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Files out of the pod's fields and the container's resources: (list $ "values.path" $files). */}}
{{- define "microservice.mounts.fields" -}}
items:
{{- range $path, $file := last . }}
{{- if without (values ($file | default dict)) nil }}
{{- template "microservice.one" (list (first $) (printf "%s.%s" (index $ 1) $path) $file "field" "resource") }}
  - path: {{ $path | quote }}
    {{- if $file.field }}
    fieldRef: {fieldPath: {{ $file.field | quote }}}
    {{- else }}
    resourceFieldRef:
      containerName: {{ (first $).Release.Name | quote }}
      {{- include "microservice.fields" (list $file "resource" "divisor") | replace "\n" "\n      " }}
    {{- end }}
{{- end }}
{{- end }}
{{- end }}
