{{- /* The labels by which Kubernetes holds pods to a security standard, those given with them over these: (list $security $labels). */}}
{{- define "microservice.namespace.labels" -}}
{{- $labels := dict }}
{{- with first . }}
{{- $security := . }}
{{- range $mode := list "enforce" "warn" "audit" }}
{{- with index $security $mode | default $security.enforce }}
{{- $_ := set $labels (printf "pod-security.kubernetes.io/%s" $mode) . }}
{{- with $security.version }}
{{- $_ := set $labels (printf "pod-security.kubernetes.io/%s-version" $mode) . }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- template "microservice.collect" (list $labels (last .)) }}
{{- toJson $labels }}
{{- end }}

{{- /* A map of amounts without its nulls. */}}
{{- define "microservice.namespace.amounts" -}}
{{- range $name, $amount := . }}
{{- if ne $amount nil }}
{{ $name | quote }}: {{ toRawJson $amount }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.namespace.limits" -}}
{{- $types := dict "container" "Container" "pod" "Pod" "persistentVolumeClaim" "PersistentVolumeClaim" }}
{{- range $kind, $limit := . }}
{{- $amounts := "" }}
{{- range $field := list "default" "defaultRequest" "max" "min" "maxLimitRequestRatio" }}
{{- with include "microservice.namespace.amounts" (index ($limit | default dict) $field) }}
{{- $amounts = printf "%s\n%s:%s" $amounts $field (. | nindent 2) }}
{{- end }}
{{- end }}
{{- with $amounts }}
- type: {{ index $types $kind }}
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Which traffic is refused; names of hosts can be looked up all the same. */}}
{{- define "microservice.namespace.deny" -}}
{{- with . }}
{{- if or .ingress .egress }}
podSelector: {}
policyTypes:
  {{- if .ingress }}
  - Ingress
  {{- end }}
  {{- if .egress }}
  - Egress
egress:
  - to:
      - namespaceSelector:
          matchLabels:
            kubernetes.io/metadata.name: kube-system
    ports:
      - port: 53
        protocol: UDP
      - port: 53
        protocol: TCP
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Whom a RoleBinding is for. What it binds to cannot change, so the role is part of its name. */}}
{{- define "microservice.namespace.subjects" -}}
{{- range $kind, $names := dict "Group" .groups "User" .users }}
{{- range $name := $names }}
- apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ $name | quote }}
{{- end }}
{{- end }}
{{- end }}
