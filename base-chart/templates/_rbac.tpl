{{- /* Something, when the pods are given any rights towards the Kubernetes API. */}}
{{- define "microservice.rbac.any" -}}
{{- range .Values.rbac }}{{ range . }}{{ if ne . nil }}true{{ end }}{{ end }}{{ end }}
{{- end }}

{{- define "microservice.rbac.rules" -}}
{{- range $name, $rule := . }}
{{- if $rule }}
- apiGroups: {{ $rule.apiGroups | default (list "") | toRawJson }}
  {{- include "microservice.fields" (list $rule "resources" "resourceNames" "verbs") | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The name of a thing of the whole cluster: (list $) or (list $ "suffix"). No two namespaces and releases share one. */}}
{{- define "microservice.rbac.clusterName" -}}
{{- with (first .).Release }}{{ concat (list .Namespace .Name) (rest $) | join ":" }}{{ end }}
{{- end }}

{{- /* Adds the roles bound to a map, which it changes: (list $into $ $everywhere). Name of the binding to kind and name of the role. */}}
{{- define "microservice.rbac.bindings" -}}
{{- $into := first . }}
{{- $root := index . 1 }}
{{- $everywhere := last . }}
{{- range $name, $binding := ($root.Values.rbac).bindings }}
{{- if ne $binding nil }}
{{- $place := printf "RoleBinding/%s: rbac.bindings.%s" $root.Release.Name $name }}
{{- if eq (empty $binding.role) (empty $binding.clusterRole) }}
{{- fail (print $place ": give role or clusterRole, one of the two") }}
{{- else if and $binding.everywhere $binding.role }}
{{- fail (print $place ".everywhere: a Role is of one namespace; give a clusterRole") }}
{{- end }}
{{- if eq $everywhere ($binding.everywhere | default false) }}
{{- $own := include "microservice.suffixed" (list $root $name) }}
{{- if $everywhere }}{{ $own = include "microservice.rbac.clusterName" (list $root $name) }}{{ end }}
{{- $_ := set $into $own (list (ternary "Role" "ClusterRole" (empty $binding.clusterRole)) ($binding.role | default $binding.clusterRole)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* One binding: (list $ "kind" "name" (list "kind of the role" "name of the role")). */}}
{{- define "microservice.rbac.binding" -}}
{{- $root := first . }}
{{- $role := last . }}
{{- $account := include "microservice.serviceAccount.name" $root }}
{{- if and (eq $account "default") (not ($root.Values.serviceAccount).name) }}
{{- fail (printf "%s/%s: rbac: the pods have no service account of their own, and rights of default are everyone's" (index . 1) (index . 2)) }}
{{- end }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ index . 1 }}
metadata:
  {{- include "microservice.metadata" (dict "root" $root "name" (index . 2) "scope" (index . 1 | trimSuffix "RoleBinding")) | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ first $role }}
  name: {{ last $role | quote }}
subjects:
  - kind: ServiceAccount
    name: {{ $account | quote }}
    namespace: {{ $root.Release.Namespace | quote }}
{{- end }}
