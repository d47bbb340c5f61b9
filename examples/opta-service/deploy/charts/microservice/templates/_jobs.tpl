{{- /* Renders a definition for each job and test: (list $ "definition"). */}}
{{- define "microservice.jobs" -}}
{{- $values := (first .).Values }}
{{- range $field := list "cronJobs" "jobs" "tests" }}
{{- if index $values $field }}{{ include "microservice.each" (append $ $field) }}{{ end }}
{{- end }}
{{- end }}

{{- /* Whether the part runs before the release's own objects are there, so that it needs its own of each. */}}
{{- define "microservice.isEarly" -}}
{{- range (.Hook).hooks }}{{ if has . (list "pre-install" "pre-upgrade" "pre-rollback") }}true{{ end }}{{ end }}
{{- end }}

{{- /* Annotations of a hook, or of what a hook needs first: (list $ $isJob). */}}
{{- define "microservice.hook" -}}
{{- $hook := (first .).Hook }}
{{- $weight := int64 ($hook.hookWeight | default 0) }}
helm.sh/hook: {{ join "," $hook.hooks | quote }}
helm.sh/hook-weight: {{ ternary $weight (sub $weight 1) (last .) | quote }}
helm.sh/hook-delete-policy: {{ join "," ($hook.hookDeletePolicy | default (list "before-hook-creation" "hook-succeeded")) | quote }}
{{- end }}
