{{- /* The container of the service. */}}
{{- define "microservice.container" -}}
- name: {{ .Release.Name | quote }}
  image: {{ include "microservice.image" . | quote }}
  {{- with (.Values.image).pullPolicy }}
  imagePullPolicy: {{ . }}
  {{- end }}
  {{- with include "microservice.image.command" .Values }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with include "microservice.ports.container" . }}
  ports:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- with include "microservice.container.common" (list . nil .Values.resources) }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with include "microservice.probes" . }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with include "microservice.lifecycle.preStop" . }}
  lifecycle:
    preStop:
      {{- . | nindent 6 }}
  {{- end }}
{{- end }}

{{- /* What every container of the pod has alike: (list $ $env $resources), $env beyond the service's own. */}}
{{- define "microservice.container.common" -}}
{{- $root := first . }}
{{- $variables := dict }}
{{- template "microservice.env.collect" (list $variables $root) }}
{{- template "microservice.collect" (list $variables (index . 1)) }}
{{- with include "microservice.env.list" (list $root $variables) }}
env:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with include "microservice.resources" (last .) }}
resources:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with include "microservice.security.container" $root }}
securityContext:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with print (include "microservice.storage.mounts" $root) (include "microservice.files.mounts" $root) (include "microservice.links.mounts" $root) }}
volumeMounts:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
