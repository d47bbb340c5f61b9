{{- define "microservice.security.pod" -}}
{{- with .Values.podSecurityContext }}
{{- include "microservice.fields" (list . "runAsNonRoot" "runAsUser" "runAsGroup" "fsGroup" "fsGroupChangePolicy" "supplementalGroups") }}
{{- include "microservice.security.common" (list . (printf "%s: podSecurityContext" (include "microservice.title" $))) }}
{{- with .sysctls }}
{{- with include "microservice.security.sysctls" . }}
sysctls:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.security.container" -}}
{{- with .Values.securityContext }}
{{- if and .privileged (eq .allowPrivilegeEscalation false) }}
{{- fail (printf "%s: securityContext.privileged: it needs allowPrivilegeEscalation: true" (include "microservice.title" $)) }}
{{- end }}
{{- include "microservice.fields" (list . "allowPrivilegeEscalation" "privileged" "readOnlyRootFilesystem" "runAsNonRoot" "runAsUser" "runAsGroup" "procMount") }}
{{- include "microservice.security.common" (list . (printf "%s: securityContext" (include "microservice.title" $))) }}
{{- with .capabilities }}
capabilities:
  drop: {{ .drop | default list | toRawJson }}
  {{- with .add }}
  add: {{ toRawJson . }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What pods and containers say alike: (list $context "Kind/name: path of the value"). */}}
{{- define "microservice.security.common" -}}
{{- $place := last . }}
{{- range $field, $profile := pick (first .) "seccompProfile" "appArmorProfile" }}
{{- if ne $profile nil }}
{{- $type := $profile.type | default "RuntimeDefault" }}
{{- if ne (eq $type "Localhost") (ne ($profile.localhostProfile | default "") "") }}
{{- fail (printf "%s.%s.localhostProfile: it goes with type Localhost, and that with it" $place $field) }}
{{- end }}
{{ $field }}:
  {{- include "microservice.fields" (list (dict "type" $type "localhostProfile" $profile.localhostProfile) "type" "localhostProfile") | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- with (first .).seLinuxOptions }}
{{- with include "microservice.fields" (list . "user" "role" "type" "level") }}
seLinuxOptions:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.security.sysctls" -}}
{{- range $name, $value := . }}
{{- if ne $value nil }}
- name: {{ $name | quote }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}
