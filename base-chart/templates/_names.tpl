{{- /* The name of the release, which is the name of its objects. */}}
{{- define "microservice.fullname" -}}
{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* A name for one object of several: (list $ "suffix"). What is too long ends in a hash, so that names never meet. */}}
{{- define "microservice.suffixed" -}}
{{- $name := printf "%s-%s" (include "microservice.fullname" (first .)) (last .) }}
{{- if gt (len $name) 63 }}
{{- $name = printf "%s-%s" ($name | trunc 54 | trimSuffix "-") ($name | sha256sum | trunc 8) }}
{{- end }}
{{- $name }}
{{- end }}

{{- /* Metadata of an object: (dict "root" $ "name" .. ["labels" ..] ["annotations" ..]), the last two beyond everyone's. */}}
{{- define "microservice.metadata" -}}
name: {{ .name | quote }}
namespace: {{ .root.Release.Namespace | quote }}
labels:
  {{- include "microservice.labels" (list .root .labels) | nindent 2 }}
{{- with include "microservice.annotations" (list .root .annotations) }}
annotations:
  {{- . | nindent 2 }}
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

{{- /* A map of strings, without its nulls. */}}
{{- define "microservice.strings" -}}
{{- range $key, $value := . }}
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
