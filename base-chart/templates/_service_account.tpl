{{- define "microservice.serviceAccount.name" -}}
{{- $account := .Values.serviceAccount | default dict }}
{{- $made := and $account (ne $account.create false) }}
{{- $account.name | default (ternary (include "microservice.fullname" .) "default" (not (not $made))) }}
{{- end }}

{{- define "microservice.serviceAccount.automount" -}}
{{- (.Values.serviceAccount).automount | default false }}
{{- end }}
