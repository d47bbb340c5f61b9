{{- define "microservice.storage.volumes" -}}
{{- range $name, $volume := .Values.volumes }}
{{- if without (values ($volume | default dict)) nil }}
{{- $source := include "microservice.volume.source" (list $ $name $volume) }}
{{- if not (or $volume.mountPath (without (values ($volume.mounts | default dict)) nil) $volume.devicePath) }}
{{- fail (printf "%s: volumes.%s.mountPath: where does the container see it?" (include "microservice.title" $) $name) }}
{{- end }}
{{- if ne $source "volumeClaimTemplate" }}
- name: {{ $name | quote }}
  {{- include "microservice.volume" (list $ $name $volume $source) | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* (list $ $seen), $seen as microservice.mounts.once wants it. */}}
{{- define "microservice.storage.mounts" -}}
{{- $root := first . }}
{{- range $name, $volume := $root.Values.volumes }}
{{- if without (values ($volume | default dict)) nil }}
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
{{- $claim := ($volume | default dict).volumeClaimTemplate }}
{{- if ne $claim nil }}
- metadata:
    name: {{ $name | quote }}
    {{- include "microservice.claim.metadata" $claim | nindent 4 }}
  spec:
    {{- include "microservice.claim" (list $ $name $claim) | trim | nindent 4 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Takes from values, which it changes, the volumes that each pod of the service has for itself. */}}
{{- define "microservice.storage.withoutClaimTemplates" -}}
{{- $values := . }}
{{- range $name, $volume := .volumes }}
{{- if ne ($volume | default dict).volumeClaimTemplate nil }}{{ $_ := unset $values.volumes $name }}{{ end }}
{{- end }}
{{- end }}
