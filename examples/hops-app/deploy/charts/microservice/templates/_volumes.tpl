{{- /* All volumes of the pod, from wherever they come. */}}
{{- define "microservice.volumes" -}}
{{- if .Values.volumes }}{{ include "microservice.storage.volumes" . }}{{ end }}
{{- if .Values.files }}{{ include "microservice.files.volumes" . }}{{ end }}
{{- if .Values.secrets }}{{ include "microservice.secrets.volumes" . }}{{ end }}
{{- if .Values.links }}{{ include "microservice.links.volumes" . }}{{ end }}
{{- end }}

{{- /* A volume of the pod: (list $ $name $volume "source"). */}}
{{- define "microservice.volume" -}}
{{- $root := first . }}
{{- $source := last . }}
{{- $volume := index . 2 }}
{{- $from := index $volume $source | default dict }}
{{- if eq $source "persistentVolumeClaim" }}
persistentVolumeClaim:
  claimName: {{ $from.claimName | default (include "microservice.claim.name" (list $root (index . 1))) | quote }}
{{- else if eq $source "ephemeral" }}
ephemeral:
  volumeClaimTemplate:
    metadata:
      {{- include "microservice.claim.metadata" $from | trim | default "{}" | nindent 6 }}
    spec:
      {{- include "microservice.claim" (list $root (index . 1) $from) | trim | nindent 6 }}
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
    {{- if without (values ($part | default dict)) nil }}
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

{{- /* What a volume is made of: (list $ $name $volume). */}}
{{- define "microservice.volume.source" -}}
{{- $root := first . }}
{{- $volume := last . }}
{{- $set := list }}
{{- range list "emptyDir" "persistentVolumeClaim" "volumeClaimTemplate" "ephemeral" "configMap" "secret" "downwardAPI" "projected" "hostPath" "nfs" "csi" }}
{{- if ne (index $volume .) nil }}{{ $set = append $set . }}{{ end }}
{{- end }}
{{- if rest $set }}
{{- fail (printf "%s: volumes.%s: give one of %s; set the others to null" (include "microservice.title" $root) (index . 1) (join ", " $set)) }}
{{- end }}
{{- $source := first $set | default "emptyDir" }}
{{- if and (eq $source "volumeClaimTemplate") (ne (include "microservice.kind" $root) "StatefulSet") }}
{{- fail (printf "%s: volumes.%s.volumeClaimTemplate: it goes with kind StatefulSet" (include "microservice.title" $root) (index . 1)) }}
{{- end }}
{{- $source }}
{{- end }}
