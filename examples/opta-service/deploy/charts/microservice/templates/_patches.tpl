{{- /*
Objects with .Values.patches laid over them: (list $ $text), $text being YAML documents. A patch goes by the kind of the
objects it changes, or by kind and name (`Deployment/web`), which is laid over the other. What no patch names stays.
*/}}
{{- define "microservice.patched" -}}
{{- $patches := (first .).Values.patches }}
{{- range $text := regexSplit "(?m)^---\\s*$" (last .) -1 }}
{{- $object := fromYaml $text }}
{{- $changed := "" }}
{{- range $key := list (toString $object.kind) (printf "%s/%s" $object.kind ($object.metadata).name) }}
{{- with index $patches $key }}{{ $changed = $object }}{{ template "microservice.patch" (list $object .) }}{{ end }}
{{- end }}
{{- if trim $text }}
---
{{- range $key, $value := $changed | default dict }}
{{ $key | quote }}: {{ toRawJson $value }}
{{- else }}
{{ trim $text }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /*
Lays a patch over a map, which it changes: (list $map $patch). Maps merge by key, and null removes. No map of the patch
gets into the other, so that a further patch does not change it.
*/}}
{{- define "microservice.patch" -}}
{{- $map := first . }}
{{- range $key, $new := last . }}
{{- $old := index $map $key }}
{{- if eq $new nil }}{{ $_ := unset $map $key }}
{{- else if or (kindIs "slice" $new) (and (kindIs "map" $new) (kindIs "slice" $old) (include "microservice.patch.by" $old)) }}
{{- template "microservice.patch.list" (list $map $key $new) }}
{{- else if kindIs "map" $new }}
{{- if not (kindIs "map" $old) }}{{ $old = dict }}{{ $_ := set $map $key $old }}{{ end }}
{{- template "microservice.patch" (list $old $new) }}
{{- else }}{{ $_ := set $map $key $new }}{{ end }}
{{- end }}
{{- end }}

{{- /*
Lays a list, or a map of items by name, over a list in a map, which it changes: (list $map $key $new). Items with names
are laid over those of the same name, or added behind them all; any other list replaces.
*/}}
{{- define "microservice.patch.list" -}}
{{- $new := last . }}{{ $listed := kindIs "slice" $new }}
{{- $old := index (first .) (index . 1) | default list }}
{{- if not (kindIs "slice" $old) }}{{ $old = list }}{{ end }}
{{- $by := "" }}
{{- if not $listed }}{{ $by = include "microservice.patch.by" $old }}
{{- else if $new }}{{ $by = include "microservice.patch.by" (concat $old $new) }}{{ end }}
{{- $known := dict }}
{{- $items := list }}
{{- range $item := ternary $old list (ne $by "") }}
{{- $name := index $item $by | toString }}
{{- $_ := set $known $name $item }}
{{- if or $listed (not (hasKey $new $name)) (ne (index $new $name) nil) }}{{ $items = append $items $item }}{{ end }}
{{- end }}
{{- range $name, $patch := $new }}
{{- $item := dict }}
{{- if not $listed }}{{ $_ := set $item $by $name }}{{ else if $by }}{{ $name = index $patch $by | toString }}{{ end }}
{{- if kindIs "map" $patch }}
{{- if and $by (hasKey $known $name) }}{{ $item = index $known $name }}{{ else }}{{ $items = append $items $item }}{{ end }}
{{- template "microservice.patch" (list $item $patch) }}
{{- else if ne $patch nil }}{{ $items = append $items $patch }}{{ end }}
{{- end }}
{{- $_ := set (first .) (index . 1) $items }}
{{- end }}

{{- /* What tells the items of a list apart: mountPath or name, if all of them have it; else nothing. */}}
{{- define "microservice.patch.by" -}}
{{- $by := "" }}
{{- range $field := list "name" "mountPath" }}
{{- $all := gt (len $) 0 }}
{{- range $ }}{{ $all = and $all (kindIs "map" .) (hasKey . $field) }}{{ end }}
{{- if $all }}{{ $by = $field }}{{ end }}
{{- end }}
{{- $by }}
{{- end }}
