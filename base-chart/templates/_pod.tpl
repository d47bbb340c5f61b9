{{- /* The pod template, whatever kind of workload it stands in. */}}
{{- define "microservice.pod" -}}
metadata:
  labels:
    {{- include "microservice.labels" (list . .Values.podLabels) | nindent 4 }}
  {{- with print (include "microservice.files.checksum" .) (include "microservice.podAnnotations" .) }}
  annotations:
    {{- . | trim | nindent 4 }}
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
    {{- include "microservice.container" . | nindent 4 }}
  {{- with print (include "microservice.storage.volumes" .) (include "microservice.files.volume" .) (include "microservice.links.volume" .) }}
  volumes:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- with include "microservice.placement" . }}
  {{- . | trim | nindent 2 }}
  {{- end }}
{{- end }}
