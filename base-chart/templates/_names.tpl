{{- /* The name of one object of several: (list $ "suffix"). What is too long ends in a hash, so that names never meet. */}}
{{- define "microservice.suffixed" -}}
{{- $name := printf "%s-%s" (first .).Release.Name (last .) }}
{{- if gt (len $name) 63 }}
{{- $name = printf "%s-%s" ($name | trunc 54 | trimSuffix "-") ($name | sha256sum | trunc 8) }}
{{- end }}
{{- $name }}
{{- end }}

{{- /* Metadata of an object: (dict "root" $ "name" .. "labels" .. "annotations" ..), the last two beyond everyone's. */}}
{{- define "microservice.metadata" -}}
name: {{ .name | quote }}
namespace: {{ .root.Release.Namespace | quote }}
labels:
  {{- include "microservice.labels" (list .root .labels) | nindent 2 }}
  helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimAll "-_." | quote }}
{{- with include "microservice.strings" (list .root.Values.annotations .annotations) }}
annotations:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Adds the entries of maps that are not null to the first map, which it changes: (list $into $map ...). */}}
{{- define "microservice.collect" -}}
{{- $into := first . }}
{{- range rest . }}
{{- range $key, $value := . }}
{{- if ne $value nil }}{{ $_ := set $into $key $value }}{{ end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* A map of strings without its nulls, another's entries over it: (list $map $other). */}}
{{- define "microservice.strings" -}}
{{- $map := first . }}
{{- if last . }}
{{- $map = dict }}
{{- template "microservice.collect" (list $map (first .) (last .)) }}
{{- end }}
{{- range $key, $value := $map }}
{{- if ne $value nil }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Those of the named fields that are set: (list $map "field" ...). */}}
{{- define "microservice.fields" -}}
{{- $map := first . }}
{{- range $field := rest . }}
{{- $value := index $map $field }}
{{- if ne $value nil }}
{{ $field }}: {{ toRawJson $value }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Fails where more than one of the fields is set, or none of them: (list $ "values.path" $map "field" ...). */}}
{{- define "microservice.one" -}}
{{- $set := list }}
{{- $map := index . 2 }}
{{- $fields := slice . 3 }}
{{- range $fields }}
{{- if ne (index $map .) nil }}{{ $set = append $set . }}{{ end }}
{{- end }}
{{- if ne (len $set) 1 }}
{{- fail (printf "Deployment/%s: %s: give one of %s%s" (first .).Release.Name (index . 1) (join ", " $fields) ($set | empty | ternary "" (printf ", not %s" (join " and " $set)))) }}
{{- end }}
{{- end }}
