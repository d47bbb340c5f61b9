{{- /* A volume of the pod: (list $ $name $volume "source"). */}}
{{- define "microservice.volume" -}}
{{- $root := first . }}
{{- $source := last . }}
{{- $volume := index . 2 }}
{{- $from := index $volume $source | default dict }}
{{- if eq $source "persistentVolumeClaim" }}
persistentVolumeClaim:
  claimName: {{ $from.claimName | default (include "microservice.suffixed" (list $root (index . 1))) | quote }}
{{- else if eq $source "ephemeral" }}
ephemeral:
  volumeClaimTemplate:
    metadata:
      {{- include "microservice.claim.metadata" $from | trim | default "{}" | nindent 6 }}
    spec:
      {{- include "microservice.claim" $from | trim | nindent 6 }}
{{- else if eq $source "csi" }}
csi:
  {{- include "microservice.fields" (list $from "driver" "fsType") | replace "\n" "\n  " }}
  {{- with include "microservice.strings" (list $from.attributes nil) }}
  volumeAttributes:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- with $from.nodePublishSecret }}
  nodePublishSecretRef: {name: {{ . | quote }}}
  {{- end }}
{{- else if has $source (list "emptyDir" "hostPath" "nfs") }}
{{ $source }}:
  {{- include "microservice.fields" (list $from "medium" "sizeLimit" "server" "path" "type") | trim | default "{}" | nindent 2 }}
{{- else }}
{{ $source }}:
  {{- with $volume.mode }}
  defaultMode: {{ toDecimal . }}
  {{- end }}
  {{- if ne $source "projected" }}
  {{- include "microservice.volume.files" (list $root $source $from "secretName") | replace "\n" "\n  " }}
  {{- else }}
  sources:
    {{- range $name, $part := $from }}
    {{- if $part }}
    {{- template "microservice.one" (list $root (printf "volumes.%s.projected.%s" (index $ 1) $name) $part "configMap" "secret" "downwardAPI" "serviceAccountToken") }}
    {{- range list "configMap" "secret" "downwardAPI" "serviceAccountToken" }}
    {{- if index $part . }}
    - {{ . }}:
        {{- include "microservice.volume.files" (list $root . (index $part .) "name") | replace "\n" "\n        " }}
    {{- end }}
    {{- end }}
    {{- end }}
    {{- end }}
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
{{ $isMap | ternary "name" (last .) }}: {{ $isMap | ternary (include "microservice.configMaps.name" (list (first .) $from.name)) $from.name | quote }}
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
