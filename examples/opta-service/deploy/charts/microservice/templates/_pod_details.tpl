{{- define "microservice.podDetails" -}}
enableServiceLinks: {{ .Values.enableServiceLinks | default false }}
{{- with .Values }}
{{- if or .hostname .subdomain .runtimeClassName .shareProcessNamespace .hostNetwork .hostPID .hostIPC (eq .hostUsers false) .dnsPolicy .dnsConfig .hostAliases .setHostnameAsFQDN }}
{{- include "microservice.podDetails.more" $ }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.podDetails.more" -}}
{{- with pick .Values "hostname" "subdomain" "setHostnameAsFQDN" "runtimeClassName" "shareProcessNamespace" "hostNetwork" "hostPID" "hostIPC" "hostUsers" }}
{{- template "microservice.podDetails.check" (list $ .) }}
{{- range $field, $value := . }}
{{- if ne $value nil }}
{{ $field }}: {{ toRawJson $value }}
{{- end }}
{{- end }}
{{- end }}
{{- if and (eq .Values.dnsPolicy "None") (not (.Values.dnsConfig).nameservers) }}
{{- fail (printf "%s: dnsPolicy: None needs dnsConfig.nameservers" (include "microservice.title" .)) }}
{{- end }}
{{- with .Values.dnsPolicy | default (ternary "ClusterFirstWithHostNet" "" (eq .Values.hostNetwork true)) }}
dnsPolicy: {{ . }}
{{- end }}
{{- with .Values.dnsConfig }}
{{- with include "microservice.podDetails.dns" . }}
dnsConfig:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- with .Values.hostAliases }}
{{- with include "microservice.podDetails.hosts" . }}
hostAliases:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Fails where Kubernetes would refuse what is shared: (list $ $fields). */}}
{{- define "microservice.podDetails.check" -}}
{{- $place := include "microservice.title" (first .) }}
{{- with last . }}
{{- if and .shareProcessNamespace .hostPID }}
{{- fail (printf "%s: shareProcessNamespace: the pods see all processes with hostPID" $place) }}
{{- end }}
{{- if and (eq .hostUsers false) (or .hostNetwork .hostPID .hostIPC) }}
{{- fail (printf "%s: hostUsers: users of their own go with nothing of the host's" $place) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.podDetails.dns" -}}
{{- $options := list }}
{{- range $name, $value := .options }}
{{- if $value }}{{ $options = append $options (dict "name" $name "value" $value) }}
{{- else if ne $value nil }}{{ $options = append $options (dict "name" $name) }}{{ end }}
{{- end }}
{{- include "microservice.fields" (list (dict "nameservers" .nameservers "searches" .searches) "nameservers" "searches") }}
{{- with $options }}
options: {{ toRawJson . }}
{{- end }}
{{- end }}

{{- define "microservice.podDetails.hosts" -}}
{{- range $address, $names := . }}
{{- if $names }}
- ip: {{ $address | quote }}
  hostnames: {{ toRawJson $names }}
{{- end }}
{{- end }}
{{- end }}
