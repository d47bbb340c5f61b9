{{- define "microservice.security.pod" -}}
{{- with .Values.podSecurityContext }}
{{- include "microservice.fields" (list . "runAsNonRoot" "runAsUser" "runAsGroup" "fsGroup" "fsGroupChangePolicy" "supplementalGroups") }}
{{- if ne .seccompProfile nil }}
seccompProfile:
  type: {{ .seccompProfile.type | default "RuntimeDefault" }}
  {{- with .seccompProfile.localhostProfile }}
  localhostProfile: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.security.container" -}}
{{- with .Values.securityContext }}
{{- if and .privileged (eq .allowPrivilegeEscalation false) }}
{{- fail (printf "Deployment/%s: securityContext.privileged: it needs allowPrivilegeEscalation: true" $.Release.Name) }}
{{- end }}
{{- include "microservice.fields" (list . "allowPrivilegeEscalation" "privileged" "readOnlyRootFilesystem" "runAsNonRoot" "runAsUser" "runAsGroup") }}
{{- with .capabilities }}
capabilities:
  drop: {{ .drop | default list | toRawJson }}
  {{- with .add }}
  add: {{ toRawJson . }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}
