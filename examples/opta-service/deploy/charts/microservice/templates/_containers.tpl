{{- /* Init containers and native sidecars each by their order; sidecars first, for the others may need them. */}}
{{- define "microservice.initContainers" -}}
{{- $ordered := dict }}
{{- range $name, $container := .Values.initContainers }}
{{- if ne $container nil }}
{{- $_ := set $ordered (printf "2/%06d/%s" (int64 $container.order) $name) (list $name $container "initContainers" "") }}
{{- end }}
{{- end }}
{{- $sidecars := dict }}
{{- template "microservice.sidecars.collect" (list $sidecars .) }}
{{- range $name, $container := $sidecars }}
{{- if ne $container.native false }}
{{- $_ := set $ordered (printf "1/%06d/%s" (int64 $container.order) $name) (list $name $container "sidecars" "Always") }}
{{- end }}
{{- end }}
{{- range $ordered }}{{ include "microservice.containers.one" (prepend . $) }}{{ end }}
{{- end }}

{{- /* Sidecars that start with the service's own container, not before it. */}}
{{- define "microservice.sidecars" -}}
{{- $sidecars := dict }}
{{- template "microservice.sidecars.collect" (list $sidecars .) }}
{{- range $name, $container := $sidecars }}
{{- if eq $container.native false }}{{ include "microservice.containers.one" (list $ $name $container "sidecars" "") }}{{ end }}
{{- end }}
{{- end }}

{{- /* Adds the sidecars to a map, which it changes, those that links bring among them: (list $into $). */}}
{{- define "microservice.sidecars.collect" -}}
{{- $into := first . }}
{{- $root := last . }}
{{- range $target, $link := $root.Values.links }}
{{- with ($link | default dict).sidecar }}{{ $_ := set $into (printf "%s-proxy" $target | trunc 63) . }}{{ end }}
{{- end }}
{{- template "microservice.collect" (list $into $root.Values.sidecars) }}
{{- end }}

{{- /* One container beside the service's own: (list $ "name" $container "field" "restart policy"). */}}
{{- define "microservice.containers.one" -}}
{{- $root := first . }}
{{- $name := index . 1 }}
{{- $container := index . 2 }}
{{- if eq $name (include "microservice.fullname" $root) }}
{{- fail (printf "%s: %s.%s: the container of the service has that name" (include "microservice.title" $root) (index . 3) $name) }}
{{- end }}
{{- $context := dict "Values" $container "Release" $root.Release "Component" $root.Component "Sort" $root.Sort }}
- name: {{ $name | quote }}
  image: {{ $container.image | quote }}
  {{- with last . }}
  restartPolicy: {{ . }}
  {{- end }}
  {{- with include "microservice.image.command" $container }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with include "microservice.container.common" (list $root $container) }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with include "microservice.container.served" $context }}
  {{- . | trim | nindent 2 }}
  {{- end }}
{{- end }}
