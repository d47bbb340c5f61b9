{{- /* The ConfigMap that a name means, one of configMaps or one that is there: (list $ "name"). */}}
{{- define "microservice.configMaps.name" -}}
{{- $name := last . }}
{{- $map := index ((first .).Values.configMaps | default dict) ($name | default "") }}
{{- if kindIs "map" $map }}
{{- if $map.immutable }}
{{- $name = printf "%s-%s" $name (include "microservice.configMaps.data" (list $map.data $map.binaryData) | sha256sum | trunc 8) }}
{{- end }}
{{- include "microservice.owned" (list (first .) "configMaps" $name) }}
{{- else if $name }}
{{- $name }}
{{- end }}
{{- end }}

{{- /* The content of a ConfigMap: (list $data $binaryData). */}}
{{- define "microservice.configMaps.data" -}}
{{- with include "microservice.strings" (list (first .) nil) }}
data:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with include "microservice.strings" (list (last .) nil) }}
binaryData:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Fails where a ConfigMap would hold more than Kubernetes lets it: (list $ "values.path" $data $binaryData). */}}
{{- define "microservice.configMaps.fits" -}}
{{- $size := 0 }}
{{- range index . 2 }}{{ $size = add $size (len (. | default "")) }}{{ end }}
{{- range last . }}{{ $size = add $size (len (. | default "" | b64dec)) }}{{ end }}
{{- if gt $size 1048576 }}
{{- fail (printf "ConfigMap/%s: %s: this has %d bytes, and Kubernetes lets a ConfigMap have 1048576" (first .).Release.Name (index . 1) $size) }}
{{- end }}
{{- end }}
