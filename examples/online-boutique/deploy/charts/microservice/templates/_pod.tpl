{{- /* The pod template, whatever kind of workload it stands in. */}}
{{- define "microservice.pod" -}}
metadata:
  labels:
    {{- include "microservice.labels" (list . .Values.podLabels) | nindent 4 }}
    {{- if ((.Values.serviceAccount).cloudRole).azure }}
    {{- include "microservice.serviceAccount.podLabels" . | nindent 4 }}
    {{- end }}
  {{- with print (include "microservice.restart.checksums" .) (include "microservice.podAnnotations" .) }}
  annotations:
    {{- . | trim | nindent 4 }}
  {{- end }}
spec:
  {{- include "microservice.podSpec" . | nindent 2 }}
{{- end }}

{{- define "microservice.podSpec" -}}
serviceAccountName: {{ include "microservice.serviceAccount.name" . | quote }}
automountServiceAccountToken: {{ include "microservice.serviceAccount.automount" . }}
{{ include "microservice.podDetails" . }}
{{- if has (include "microservice.kind" .) (list "Job" "Pod") }}
restartPolicy: {{ (.Values.job).restartPolicy | default "Never" }}
{{- end }}
{{- if .Values.imagePullSecrets }}
{{- with include "microservice.image.pullSecrets" . }}
imagePullSecrets:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- with include "microservice.security.pod" . }}
securityContext:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with include "microservice.lifecycle.gracePeriod" . }}
terminationGracePeriodSeconds: {{ . }}
{{- end }}
{{- if or .Values.initContainers .Values.sidecars .Values.links }}
{{- with include "microservice.initContainers" . }}
initContainers:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
containers:
  {{- include "microservice.container" . | nindent 2 }}
  {{- if or .Values.sidecars .Values.links }}
  {{- with include "microservice.sidecars" . }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- end }}
{{- with include "microservice.volumes" . }}
volumes:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with include "microservice.placement" . }}
{{ trim . }}
{{- end }}
{{- end }}
