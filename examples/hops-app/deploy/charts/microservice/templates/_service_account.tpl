{{- define "microservice.serviceAccount.name" -}}
{{- $account := .Values.serviceAccount }}
{{- if ($account).name }}
{{- $account.name }}
{{- else if and (ne $account nil) (ne ($account).create false) }}
{{- .Release.Name }}
{{- else -}}
default
{{- end }}
{{- end }}

{{- define "microservice.serviceAccount.automount" -}}
{{- (.Values.serviceAccount).automount | default false }}
{{- end }}
