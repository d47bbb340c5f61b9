{{- /* Something, when the pods are given any rights towards the Kubernetes API. */}}
{{- define "microservice.rbac.any" -}}
{{- range .Values.rbac }}{{ range . }}{{ if ne . nil }}true{{ end }}{{ end }}{{ end }}
{{- end }}

{{- /* Renders a definition for the service and its parts, where any of them has rights: (list $ "definition"). */}}
{{- define "microservice.rbac.components" -}}
{{- $values := (first .).Values }}
{{- $any := $values.rbac }}
{{- range list $values.workers $values.cronJobs $values.jobs $values.tests }}
{{- range . }}{{ $any = or $any (.).rbac }}{{ end }}
{{- end }}
{{- if $any }}{{ include "microservice.components" . }}{{ end }}
{{- end }}

{{- /* Whether this part, or the service, has rights of its own, rather than those of the service's account. */}}
{{- define "microservice.rbac.isOwn" -}}
{{- if and .Values.rbac (eq (include "microservice.serviceAccount.owner" .) (include "microservice.fullname" .)) }}true{{ end }}
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
{{- concat (list (first .).Release.Namespace (include "microservice.fullname" (first .))) (rest .) | join ":" }}
{{- end }}

{{- /* Adds the roles bound to a map, which it changes: (list $into $ $everywhere). Name of the binding to kind and name of the role. */}}
{{- define "microservice.rbac.bindings" -}}
{{- $into := first . }}
{{- $root := index . 1 }}
{{- $everywhere := last . }}
{{- $name := include "microservice.fullname" $root }}
{{- range $key, $binding := ($root.Values.rbac).bindings }}
{{- if ne $binding nil }}
{{- $place := printf "RoleBinding/%s: rbac.bindings.%s" $name $key }}
{{- if eq (empty $binding.role) (empty $binding.clusterRole) }}
{{- fail (print $place ": give role or clusterRole, one of the two") }}
{{- else if and $binding.everywhere $binding.role }}
{{- fail (print $place ".everywhere: a Role is of one namespace; give a clusterRole") }}
{{- end }}
{{- if eq $everywhere ($binding.everywhere | default false) }}
{{- $own := include "microservice.shortened" (list (printf "%s-%s" $name $key) 63) }}
{{- if $everywhere }}{{ $own = include "microservice.rbac.clusterName" (list $root $key) }}{{ end }}
{{- $_ := set $into $own (list (ternary "Role" "ClusterRole" (empty $binding.clusterRole)) ($binding.role | default $binding.clusterRole)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* One binding: (list $ "kind" "name" (list "kind of the role" "name of the role")). */}}
{{- define "microservice.rbac.binding" -}}
{{- $root := first . }}
{{- $role := last . }}
{{- if not (or (include "microservice.serviceAccount.isMade" $root) ($root.Values.serviceAccount).name) }}
{{- fail (printf "%s: rbac: the pods have no service account of their own, and rights of default are everyone's" (include "microservice.title" $root)) }}
{{- end }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ index . 1 }}
metadata:
  {{- include "microservice.metadata" (dict "root" $root "name" (index . 2) "scope" (index . 1 | trimSuffix "RoleBinding") "needed" true) | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ first $role }}
  name: {{ last $role | quote }}
subjects:
  - kind: ServiceAccount
    name: {{ include "microservice.serviceAccount.name" $root | quote }}
    namespace: {{ $root.Release.Namespace | quote }}
{{- end }}
