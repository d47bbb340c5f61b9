{{- define "microservice.security.pod" -}}
{{- with .Values.podSecurityContext }}
{{- include "microservice.fields" (list . "runAsNonRoot" "runAsUser" "runAsGroup" "fsGroup" "fsGroupChangePolicy" "supplementalGroups") }}
{{- template "microservice.security.common" (list $ . "podSecurityContext") }}
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
{{- template "microservice.security.common" (list $ . "securityContext") }}
{{- with .capabilities }}
capabilities:
  drop: {{ .drop | default list | toRawJson }}
  {{- with .add }}
  add: {{ toRawJson . }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What pods and containers say alike: (list $ $context "path of the value"). */}}
{{- define "microservice.security.common" -}}
{{- $root := first . }}
{{- $path := last . }}
{{- with index . 1 }}
{{- if ne .seccompProfile nil }}
seccompProfile:
  {{- template "microservice.security.profile" (list $root .seccompProfile $path "seccompProfile") }}
{{- end }}
{{- if ne .appArmorProfile nil }}
appArmorProfile:
  {{- template "microservice.security.profile" (list $root .appArmorProfile $path "appArmorProfile") }}
{{- end }}
{{- with .seLinuxOptions }}
{{- with include "microservice.fields" (list . "user" "role" "type" "level") }}
seLinuxOptions:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.security.profile" }}
{{- $profile := index . 1 }}
{{- $type := $profile.type | default "RuntimeDefault" }}
{{- if ne (eq $type "Localhost") (ne ($profile.localhostProfile | default "") "") }}
{{- fail (printf "%s: %s.%s.localhostProfile: it goes with type Localhost, and that with it" (include "microservice.title" (first .)) (index . 2) (last .)) }}
{{- end }}
  type: {{ $type }}
{{- with $profile.localhostProfile }}
  localhostProfile: {{ . | quote }}
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
