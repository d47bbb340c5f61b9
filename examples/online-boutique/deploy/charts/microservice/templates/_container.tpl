{{- /* The container of the service. */}}
{{- define "microservice.container" -}}
- name: {{ include "microservice.fullname" . | quote }}
  image: {{ include "microservice.image" . | quote }}
  {{- with (.Values.image).pullPolicy }}
  imagePullPolicy: {{ . }}
  {{- end }}
  {{- with include "microservice.image.command" .Values }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with include "microservice.container.common" (list . dict) }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with include "microservice.container.served" . }}
  {{- . | trim | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* What a container has that others ask: ports, probes, and how it ends. */}}
{{- define "microservice.container.served" -}}
{{- with include "microservice.ports.container" . }}
ports:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with include "microservice.probes" . }}
{{- . }}
{{- end }}
{{- with include "microservice.lifecycle" . }}
lifecycle:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}

{{- /* What every container of the pod has alike: (list $ $container), $container saying what it has beyond or otherwise. */}}
{{- define "microservice.container.common" -}}
{{- $root := first . }}
{{- $container := last . }}
{{- $variables := dict }}
{{- template "microservice.env.collect" (list $variables $root) }}
{{- template "microservice.collect" (list $variables $container.env) }}
{{- with include "microservice.env.list" (list $root $variables) }}
env:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- if $root.Values.envFrom }}
{{- with include "microservice.env.from" $root }}
envFrom:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- with include "microservice.resources" ($container.resources | default $root.Values.resources) }}
resources:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- $context := $root }}
{{- with $container.securityContext }}
{{- $security := deepCopy ($root.Values.securityContext | default dict) }}
{{- template "microservice.overlay" (list $security .) }}
{{- $context = dict "Values" (dict "securityContext" $security) "Release" $root.Release "Component" $root.Component }}
{{- end }}
{{- with include "microservice.security.container" $context }}
securityContext:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- $mounts := list $root dict }}
{{- with include "microservice.mounts" $mounts }}
volumeMounts:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- if $root.Values.volumes }}
{{- with include "microservice.storage.devices" $root }}
volumeDevices:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
