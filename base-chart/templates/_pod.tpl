{{- /* The pod template, whatever kind of workload it stands in. */}}
{{- define "microservice.pod" -}}
metadata:
  labels:
    {{- include "microservice.podLabels" . | nindent 4 }}
  {{- with list (include "microservice.files.checksum" .) (include "microservice.podAnnotations" .) | compact }}
  annotations:
    {{- join "\n" . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "microservice.serviceAccount.name" . | quote }}
  automountServiceAccountToken: {{ include "microservice.serviceAccount.automount" . }}
  enableServiceLinks: false
  {{- with include "microservice.image.pullSecrets" . }}
  imagePullSecrets:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- with include "microservice.security.pod" . }}
  securityContext:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- with include "microservice.lifecycle.gracePeriod" . }}
  terminationGracePeriodSeconds: {{ . }}
  {{- end }}
  {{- with include "microservice.initContainers" . }}
  initContainers:
    {{- . | trim | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ include "microservice.fullname" . | quote }}
      image: {{ include "microservice.image" . | quote }}
      {{- with (.Values.image).pullPolicy }}
      imagePullPolicy: {{ . }}
      {{- end }}
      {{- with include "microservice.image.command" .Values }}
      {{- . | trim | nindent 6 }}
      {{- end }}
      {{- with include "microservice.ports.container" . }}
      ports:
        {{- . | trim | nindent 8 }}
      {{- end }}
      {{- with include "microservice.pod.container" (list . nil .Values.resources) }}
      {{- . | trim | nindent 6 }}
      {{- end }}
      {{- with include "microservice.probes" . }}
      {{- . | trim | nindent 6 }}
      {{- end }}
      {{- with include "microservice.lifecycle.preStop" . }}
      lifecycle:
        preStop:
          {{- . | nindent 10 }}
      {{- end }}
  {{- with print (include "microservice.storage.volumes" .) (include "microservice.files.volume" .) }}
  volumes:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- with include "microservice.placement" . }}
  {{- . | trim | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* What every container of the pod has alike: (list $ $env $resources), $env beyond the service's own. */}}
{{- define "microservice.pod.container" -}}
{{- $root := first . }}
{{- $variables := dict }}
{{- $_ := include "microservice.env.collect" (list $variables $root) }}
{{- $_ := include "microservice.collect" (list $variables (index . 1)) }}
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
{{- with print (include "microservice.storage.mounts" $root) (include "microservice.files.mounts" $root) }}
volumeMounts:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
