{{- define "microservice.storage.volumes" -}}
{{- range $name, $volume := .Values.volumes }}
{{- if $volume }}
{{- $source := include "microservice.storage.source" (list $ $name $volume) }}
{{- if not (or $volume.mountPath $volume.mounts $volume.devicePath) }}
{{- fail (printf "Deployment/%s: volumes.%s.mountPath: where does the container see it?" $.Release.Name $name) }}
{{- end }}
{{- if ne $source "volumeClaimTemplate" }}
- name: {{ $name | quote }}
  {{- include "microservice.volume" (list $ $name $volume $source) | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What a volume is made of: (list $ $name $volume). Where claims of each pod's own cannot be, a directory stands in. */}}
{{- define "microservice.storage.source" -}}
{{- $root := first . }}
{{- $volume := last . }}
{{- $set := list }}
{{- range list "emptyDir" "persistentVolumeClaim" "volumeClaimTemplate" "ephemeral" "configMap" "secret" "downwardAPI" "projected" "hostPath" "nfs" "csi" }}
{{- if ne (index $volume .) nil }}{{ $set = append $set . }}{{ end }}
{{- end }}
{{- if rest $set }}
{{- fail (printf "Deployment/%s: volumes.%s: give one of %s; set the others to null" $root.Release.Name (index . 1) (join ", " $set)) }}
{{- end }}
{{- $source := first $set | default "emptyDir" }}
{{- if and (eq $source "volumeClaimTemplate") (ne $root.Values.kind "StatefulSet") }}
{{- if not $root.Component }}
{{- fail (printf "Deployment/%s: volumes.%s.volumeClaimTemplate: it goes with kind StatefulSet" $root.Release.Name (index . 1)) }}
{{- end }}
{{- $source = "emptyDir" }}
{{- end }}
{{- $source }}
{{- end }}

{{- /* (list $ $seen), $seen as microservice.mounts.once wants it. */}}
{{- define "microservice.storage.mounts" -}}
{{- $root := first . }}
{{- range $name, $volume := $root.Values.volumes }}
{{- if $volume }}
{{- with $volume.mountPath }}
{{- template "microservice.mounts.once" (list $root (last $) (printf "volumes.%s.mountPath" $name) .) }}
- name: {{ $name | quote }}
  mountPath: {{ . | quote }}
  {{- include "microservice.fields" (list $volume "subPath" "readOnly" "mountPropagation") | replace "\n" "\n  " }}
{{- end }}
{{- range $path, $mount := $volume.mounts }}
{{- if ne $mount nil }}
{{- template "microservice.mounts.once" (list $root (last $) (printf "volumes.%s.mounts" $name) $path) }}
- name: {{ $name | quote }}
  mountPath: {{ $path | quote }}
  {{- include "microservice.fields" (list $mount "subPath" "readOnly" "mountPropagation") | replace "\n" "\n  " }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.storage.devices" -}}
{{- range $name, $volume := .Values.volumes }}
{{- with ($volume | default dict).devicePath }}
- name: {{ $name | quote }}
  devicePath: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The claims that a StatefulSet makes for each of its pods; nothing that changes with the chart stands in them. */}}
{{- define "microservice.storage.claimTemplates" -}}
{{- range $name, $volume := .Values.volumes }}
{{- with ($volume | default dict).volumeClaimTemplate }}
- metadata:
    name: {{ $name | quote }}
    {{- include "microservice.claim.metadata" . | nindent 4 }}
  spec:
    {{- include "microservice.claim" . | trim | nindent 4 }}
{{- end }}
{{- end }}
{{- end }}
