{{- /* To which nodes and to which other pods the pods are drawn, and from which they keep away: their own kind among them. */}}
{{- define "microservice.affinity" -}}
{{- if .Values.nodeAffinity }}
{{- with include "microservice.affinity.nodes" . }}
nodeAffinity:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- if .Values.near }}
{{- with include "microservice.affinity.pods" (list .Values.near list) }}
podAffinity:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- $own := list }}
{{- if ne .Values.kind "DaemonSet" }}
{{- $apart := .Values.podAntiAffinity | default dict }}
{{- $nodes := $apart.nodes | default (ternary "Off" "Preferred" (or (eq .Values.topologySpread nil) (eq (.Values.topologySpread).nodes "Off"))) }}
{{- range $key, $how := dict "kubernetes.io/hostname" $nodes "topology.kubernetes.io/zone" ($apart.zones | default "Off") }}
{{- if ne $how "Off" }}
{{- $own = append $own (dict "topologyKey" $key "required" (eq $how "Required") "selector" (include "microservice.selectorLabels" $)) }}
{{- end }}
{{- end }}
{{- end }}
{{- if or $own .Values.awayFrom }}
{{- with include "microservice.affinity.pods" (list .Values.awayFrom $own) }}
podAntiAffinity:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.affinity.nodes" -}}
{{- $required := list }}
{{- $preferred := list }}
{{- range $name, $rule := .Values.nodeAffinity }}
{{- if ne $rule nil }}
{{- $operator := $rule.operator | default (ternary "In" "Exists" (ne $rule.values nil)) }}
{{- $expression := merge (dict "key" ($rule.key | default $name) "operator" $operator) (pick $rule "values") }}
{{- if eq (has $operator (list "Exists" "DoesNotExist")) (not (empty $rule.values)) }}
{{- fail (printf "%s: nodeAffinity[%q].values: operator %s %s" (include "microservice.title" $) $name $operator (ternary "needs some" "goes without" (empty $rule.values))) }}
{{- else if $rule.weight }}
{{- $preferred = append $preferred (dict "weight" $rule.weight "preference" (dict "matchExpressions" (list $expression))) }}
{{- else }}
{{- $required = append $required $expression }}
{{- end }}
{{- end }}
{{- end }}
{{- with $required }}
requiredDuringSchedulingIgnoredDuringExecution:
  nodeSelectorTerms:
    - matchExpressions:
        {{- toYaml . | nindent 8 }}
{{- end }}
{{- with $preferred }}
preferredDuringSchedulingIgnoredDuringExecution:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
