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

{{- /* A token for the Kubernetes API only where it is of use: where it is asked for, or comes with rights. */}}
{{- define "microservice.serviceAccount.automount" -}}
{{- $mount := (.Values.serviceAccount).automount }}
{{- if eq $mount nil }}{{ ne (include "microservice.rbac.any" .) "" }}{{ else }}{{ $mount }}{{ end }}
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
{{- if (((.Values.serviceAccount).cloudRole).azure) }}
{{- if not (hasKey (.Values.podLabels | default dict) "azure.workload.identity/use") }}
azure.workload.identity/use: "true"
{{- end }}
{{- end }}
{{- end }}
