{{- /* The fields of the pod that say where it runs. */}}
{{- define "microservice.placement" -}}
{{- if .Values.nodeSelector }}{{ with include "microservice.strings" (list .Values.nodeSelector nil) }}
nodeSelector:
  {{- . | trim | nindent 2 }}
{{- end }}{{ end }}
{{- if .Values.tolerations }}{{ with include "microservice.placement.tolerations" . }}
tolerations:
  {{- . | trim | nindent 2 }}
{{- end }}{{ end }}
{{- include "microservice.fields" (list .Values "priorityClassName" "schedulerName") }}
{{- with include "microservice.affinity" . }}
affinity:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- if and (ne .Values.topologySpread nil) (ne .Values.kind "DaemonSet") }}
{{- with include "microservice.placement.spread" . }}
topologySpreadConstraints:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.placement.tolerations" -}}
{{- range $name, $toleration := .Values.tolerations }}
{{- if ne $toleration nil }}
{{- $operator := $toleration.operator | default (ternary "Equal" "Exists" (ne $toleration.value nil)) }}
{{- $place := printf "%s: tolerations[%q]" (include "microservice.title" $) $name }}
{{- if and (eq $operator "Exists") $toleration.value }}
{{- fail (print $place ".value: operator Exists goes without one") }}
{{- else if and (eq $operator "Equal") (not $toleration.key) }}
{{- fail (print $place ".key: operator Equal needs one") }}
{{- else if and (ne $toleration.tolerationSeconds nil) (ne $toleration.effect "NoExecute") }}
{{- fail (print $place ".tolerationSeconds: only effect NoExecute has them") }}
{{- end }}
- operator: {{ $operator }}
  {{- include "microservice.fields" (list $toleration "key" "value" "effect" "tolerationSeconds") | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* How the pods of the workload spread: over nodes, over zones, and as asked for beside that. */}}
{{- define "microservice.placement.spread" -}}
{{- $spread := .Values.topologySpread }}
{{- $seen := dict }}
{{- $selector := include "microservice.selectorLabels" . }}
{{- range $field, $key := dict "nodes" "kubernetes.io/hostname" "zones" "topology.kubernetes.io/zone" }}
{{- $when := index $spread $field | default "ScheduleAnyway" }}
{{- if ne $when "Off" }}
{{- $_ := set $seen (print $key $when) $field }}
- maxSkew: 1
  topologyKey: {{ $key | quote }}
  whenUnsatisfiable: {{ $when }}
  labelSelector:
    matchLabels:
      {{- $selector | nindent 6 }}
{{- end }}
{{- end }}
{{- range $name, $constraint := $spread.constraints }}
{{- if $constraint }}
{{- $when := $constraint.whenUnsatisfiable | default "ScheduleAnyway" }}
{{- $place := printf "%s: topologySpread.constraints[%q]" (include "microservice.title" $) $name }}
{{- $same := get $seen (print $constraint.topologyKey $when) }}
{{- if $same }}
{{- fail (printf "%s.topologyKey: topologySpread.%s has the same, %s; remove one of the two" $place $same $when) }}
{{- else if and (ne $constraint.minDomains nil) (ne $when "DoNotSchedule") }}
{{- fail (print $place ".minDomains: only whenUnsatisfiable DoNotSchedule has them") }}
{{- end }}
{{- $_ := set $seen (print $constraint.topologyKey $when) (print "constraints." $name) }}
- maxSkew: {{ int64 ($constraint.maxSkew | default 1) }}
  whenUnsatisfiable: {{ $when }}
  {{- include "microservice.fields" (list $constraint "topologyKey" "minDomains" "matchLabelKeys" "nodeAffinityPolicy" "nodeTaintsPolicy") | trim | nindent 2 }}
  labelSelector:
    matchLabels:
      {{- $selector | nindent 6 }}
{{- end }}
{{- end }}
{{- end }}
