{{- /* Whose the account is: the part's that asks for one, or for rights, of its own; else the release's. */}}
{{- define "microservice.serviceAccount.owner" -}}
{{- if not .Component }}{{ .Release.Name }}
{{- else }}{{ include "microservice.owner" (list . (ternary "rbac" "serviceAccount" (hasKey .Own "rbac"))) }}{{ end }}
{{- end }}

{{- define "microservice.serviceAccount.isMade" -}}
{{- if and (ne .Values.serviceAccount nil) (ne (.Values.serviceAccount).create false) }}true{{ end }}
{{- end }}

{{- define "microservice.serviceAccount.name" -}}
{{- $account := .Values.serviceAccount | default dict }}
{{- if not (include "microservice.serviceAccount.isMade" .) }}
{{- $account.name | default "default" }}
{{- else if not .Component }}
{{- $account.name | default .Release.Name }}
{{- else }}
{{- $owner := include "microservice.serviceAccount.owner" . }}
{{- if ne $owner .Release.Name }}{{ $account = (.Own).serviceAccount | default dict }}{{ end }}
{{- $account.name | default $owner }}
{{- end }}
{{- end }}

{{- /* A token for the Kubernetes API only where it is of use: where it is asked for, or comes with rights. */}}
{{- define "microservice.serviceAccount.automount" -}}
{{- $mount := (.Values.serviceAccount).automount }}
{{- if ne $mount nil }}{{ $mount }}{{ else if .Values.rbac }}{{ ne (include "microservice.rbac.any" .) "" }}{{ else }}false{{ end }}
{{- end }}

{{- /* Adds the annotations of the service account to a map, which it changes: (list $into $account). The user's win. */}}
{{- define "microservice.serviceAccount.annotate" -}}
{{- $into := first . }}
{{- with (last .).cloudRole }}
{{- template "microservice.collect" (list $into (dict "eks.amazonaws.com/role-arn" .aws "iam.gke.io/gcp-service-account" .gcp "azure.workload.identity/client-id" .azure)) }}
{{- end }}
{{- template "microservice.collect" (list $into (last .).annotations) }}
{{- end }}

{{- /* The label by which Azure knows pods that have a role; those of the user win. */}}
{{- define "microservice.serviceAccount.podLabels" -}}
{{- if not (hasKey (.Values.podLabels | default dict) "azure.workload.identity/use") -}}
azure.workload.identity/use: "true"
{{- end }}
{{- end }}
