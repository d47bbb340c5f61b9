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

{{- /* Lays a map over another, which it changes: maps by key, everything else replaces. (list $into $over) */}}
{{- define "microservice.overlay" -}}
{{- $into := first . }}
{{- range $key, $value := last . }}
{{- if and (kindIs "map" $value) (kindIs "map" (get $into $key)) }}
{{- template "microservice.overlay" (list (get $into $key) $value) }}
{{- else }}
{{- $_ := set $into $key $value }}
{{- end }}
{{- end }}
{{- end }}
