{{- /* How pods are replaced, as the kind of workload has it. What another kind has is left out. */}}
{{- define "microservice.rollout" -}}
{{- $rollout := .Values.rollout | default dict }}
{{- $kind := include "microservice.kind" . }}
{{- $deployment := eq $kind "Deployment" }}
{{- $type := $rollout.type | default (ternary "Recreate" "RollingUpdate" (and $deployment (.Values.singleton | default false))) }}
{{- if $rollout.type }}{{ template "microservice.rollout.check" (list . $kind $type) }}{{ end }}
{{- if ne $rollout.minReadySeconds nil }}
minReadySeconds: {{ int64 $rollout.minReadySeconds }}
{{- else if eq $kind "DaemonSet" }}
minReadySeconds: 30
{{- end }}
{{- if $deployment }}{{ include "microservice.fields" (list $rollout "progressDeadlineSeconds") }}{{ end }}
{{- include "microservice.fields" (list $rollout "revisionHistoryLimit") }}
{{ ternary "strategy" "updateStrategy" $deployment }}:
  type: {{ $type }}
  {{- if eq $type "RollingUpdate" }}
  {{- with include "microservice.rollout.steps" (list . $kind) }}
  rollingUpdate:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end }}

{{- /* Fails where the kind of workload has no such update, or the update no such setting: (list $ $kind $type). */}}
{{- define "microservice.rollout.check" -}}
{{- $root := first . }}
{{- $kind := index . 1 }}
{{- $type := last . }}
{{- $types := list "RollingUpdate" (ternary "Recreate" "OnDelete" (eq $kind "Deployment")) }}
{{- if not (has $type $types) }}
{{- fail (printf "%s: rollout.type: a %s has %s, not %s" (include "microservice.title" $root) $kind (join " and " $types) $type) }}
{{- else if and $root.Values.singleton (eq $kind "Deployment") (ne $type "Recreate") }}
{{- fail (printf "%s: rollout.type: a singleton is updated by Recreate, not %s: two pods would run for a while" (include "microservice.title" $root) $type) }}
{{- end }}
{{- range $field := list "maxSurge" "maxUnavailable" "partition" }}
{{- if and (ne $type "RollingUpdate") (ne (index $root.Values.rollout $field) nil) }}
{{- fail (printf "%s: rollout.%s: %s goes without" (include "microservice.title" $root) $field $type) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* In which steps, by the defaults of the kind: (list $ $kind). */}}
{{- define "microservice.rollout.steps" -}}
{{- $rollout := (first .).Values.rollout | default dict }}
{{- $none := list "0" "0%" }}
{{- $surge := $rollout.maxSurge }}
{{- $missing := $rollout.maxUnavailable }}
{{- if eq (last .) "StatefulSet" }}
{{- include "microservice.fields" (list $rollout "maxUnavailable" "partition") }}
{{- else }}
{{- if eq (last .) "Deployment" }}
{{- if eq $surge nil }}{{ $surge = "25%" }}{{ end }}
{{- if eq $missing nil }}{{ $missing = 0 }}{{ end }}
{{- else }}
{{- /* It has more pods on a node for a while, or fewer; Kubernetes refuses both at once. */}}
{{- if or (eq $surge nil) (has (toString $surge) $none) }}{{ $surge = 0 }}{{ else }}{{ $missing = 0 }}{{ end }}
{{- if eq $missing nil }}{{ $missing = 1 }}{{ end }}
{{- end }}
{{- if and (has (toString $surge) $none) (has (toString $missing) $none) }}
{{- fail (printf "%s: rollout.maxSurge: it and rollout.maxUnavailable cannot both be 0" (include "microservice.title" (first .))) }}
{{- end }}
maxSurge: {{ toRawJson $surge }}
maxUnavailable: {{ toRawJson $missing }}
{{- end }}
{{- end }}
