{{- /* Annotations of the pods that change with the configuration that the release makes, and so restart them. */}}
{{- define "microservice.restart.checksums" -}}
{{- if ne .Values.restartOnChange false }}
{{- with include "microservice.files.data" . }}
checksum/files: {{ sha256sum . | quote }}
{{- end }}
{{- if or .Values.configMaps .Values.secrets }}
{{- $maps := dict }}
{{- template "microservice.restart.collect" (list $maps dict .) }}
{{- $own := list }}
{{- range $name, $map := .Values.configMaps }}
{{- if and (kindIs "map" $map) (hasKey $maps $name) }}{{ $own = append $own (include "microservice.configMaps.data" (list $map.data $map.binaryData)) }}{{ end }}
{{- end }}
{{- range .Values.secrets }}
{{- with (. | default dict).encrypted }}{{ $own = append $own . }}{{ end }}
{{- end }}
{{- with $own }}
checksum/config: {{ toRawJson . | sha256sum | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /*
Adds annotations to a map, which it changes, that tell Stakater Reloader which ConfigMaps and Secrets the pods read that
are not the release's own, or change by themselves: (list $into $). Without Reloader they do nothing.
*/}}
{{- define "microservice.restart.annotate" -}}
{{- $into := first . }}
{{- $values := (last .).Values }}
{{- if ne $values.restartOnChange false }}
{{- $maps := dict }}
{{- $secrets := dict }}
{{- template "microservice.restart.collect" (list $maps $secrets (last .)) }}
{{- range $name, $map := $values.configMaps }}
{{- if kindIs "map" $map }}{{ $_ := unset $maps $name }}{{ end }}
{{- end }}
{{- range $kind, $names := dict "configmap" $maps "secret" $secrets }}
{{- with $names }}{{ $_ := set $into (print $kind ".reloader.stakater.com/reload") (keys . | sortAlpha | join ",") }}{{ end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Adds the names of the ConfigMaps and Secrets that the pods read to two maps, which it changes: (list $maps $secrets $). */}}
{{- define "microservice.restart.collect" -}}
{{- $maps := first . }}
{{- $secrets := index . 1 }}
{{- $root := last . }}
{{- $values := $root.Values }}
{{- range list $values.env $values.envFrom $values.files $values.volumes }}
{{- range . }}{{ if kindIs "map" . }}{{ template "microservice.restart.add" (list $maps $secrets .) }}{{ end }}{{ end }}
{{- end }}
{{- range $values.volumes }}
{{- range (. | default dict).projected }}{{ if kindIs "map" . }}{{ template "microservice.restart.add" (list $maps $secrets .) }}{{ end }}{{ end }}
{{- end }}
{{- range list $values.links $values.initContainers $values.sidecars }}
{{- range . }}
{{- range (. | default dict).env }}{{ if kindIs "map" . }}{{ template "microservice.restart.add" (list $maps $secrets .) }}{{ end }}{{ end }}
{{- end }}
{{- end }}
{{- range $name, $from := $values.envFrom }}
{{- if ($from | default dict).remote }}{{ $_ := set $secrets (include "microservice.env.remote" (list $root $name)) true }}{{ end }}
{{- end }}
{{- range $name, $secret := $values.secrets }}
{{- if kindIs "map" $secret }}{{ $_ := set $secrets (include "microservice.secrets.name" (list $root $name $secret)) true }}{{ end }}
{{- end }}
{{- end }}

{{- /* The name in an entry that may say configMap or secret, as a name or as a map with one: (list $maps $secrets $entry). */}}
{{- define "microservice.restart.add" -}}
{{- $into := dict "configMap" (first .) "secret" (index . 1) }}
{{- range $kind, $names := $into }}
{{- $name := index (last $) $kind }}
{{- if kindIs "map" $name }}{{ $name = $name.name }}{{ end }}
{{- if $name }}{{ $_ := set $names $name true }}{{ end }}
{{- end }}
{{- end }}
