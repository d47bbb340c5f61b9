{{- /* To which nodes and to which other pods the pods are drawn, and from which they keep away: their own kind among them. */}}
{{- define "microservice.affinity" -}}
{{- with include "microservice.affinity.nodes" . }}
nodeAffinity:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with include "microservice.affinity.pods" (list . .Values.near list) }}
podAffinity:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- $own := list }}
{{- if ne .Values.kind "DaemonSet" }}
{{- $apart := .Values.podAntiAffinity | default dict }}
{{- $nodes := $apart.nodes | default (ternary "Off" "Preferred" (or (eq .Values.topologySpread nil) (eq (.Values.topologySpread).nodes "Off"))) }}
{{- range $key, $how := dict "kubernetes.io/hostname" $nodes "topology.kubernetes.io/zone" ($apart.zones | default "Off") }}
{{- if ne $how "Off" }}
{{- $own = append $own (dict "topologyKey" $key "required" (eq $how "Required") "labels" (include "microservice.selectorLabels" $ | fromYaml)) }}
{{- end }}
{{- end }}
{{- end }}
{{- with include "microservice.affinity.pods" (list . .Values.awayFrom $own) }}
podAntiAffinity:
  {{- . | trim | nindent 2 }}
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

{{- /* Affinity to pods, or away from them: (list $ $others $own), the others by name, $own a list of what the chart adds. */}}
{{- define "microservice.affinity.pods" -}}
{{- $rules := last . }}
{{- range $name, $other := index . 1 }}
{{- if ne $other nil }}
{{- $labels := include "microservice.strings" (list $other.labels nil) | fromYaml | default (dict "app.kubernetes.io/name" $name) }}
{{- $rules = append $rules (merge (dict "labels" $labels) $other) }}
{{- end }}
{{- end }}
{{- $terms := dict "required" list "preferred" list }}
{{- range $rule := $rules }}
{{- $term := dict "topologyKey" ($rule.topologyKey | default "kubernetes.io/hostname") "labelSelector" (dict "matchLabels" $rule.labels) }}
{{- range $namespace, $used := $rule.namespaces }}
{{- if $used }}{{ $_ := set $term "namespaces" (append ($term.namespaces | default list) $namespace) }}{{ end }}
{{- end }}
{{- $when := ternary "required" "preferred" ($rule.required | default false) }}
{{- if eq $when "preferred" }}{{ $term = dict "weight" ($rule.weight | default 100) "podAffinityTerm" $term }}{{ end }}
{{- $_ := set $terms $when (append (get $terms $when) $term) }}
{{- end }}
{{- range $when, $list := $terms }}
{{- with $list }}
{{ $when }}DuringSchedulingIgnoredDuringExecution:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
