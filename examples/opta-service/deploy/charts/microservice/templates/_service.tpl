{{- /* The spec of a Service: (list $ "Service/name: path of the value" $service "its ports"). */}}
{{- define "microservice.service.spec" -}}
{{- template "microservice.service.fields" (list (index . 1) (index . 2)) }}
{{- if not (index . 2).externalName }}
selector:
  {{- include "microservice.selectorLabels" (first .) | nindent 2 }}
{{- end }}
ports:
  {{- last . | trim | nindent 2 }}
{{- end }}

{{- /* What a Service says beside its ports, which its type must allow: (list "Service/name: path of the value" $service). */}}
{{- define "microservice.service.fields" -}}
{{- $place := first . }}
{{- $service := last . }}
{{- $type := $service.type | default "ClusterIP" -}}
type: {{ $type }}
{{- if omit $service "type" "ports" "annotations" "labels" }}
{{- $types := dict "headless" "ClusterIP" "externalName" "ExternalName" "nodePorts" "NodePort LoadBalancer" }}
{{- $_ := set $types "externalTrafficPolicy" "NodePort LoadBalancer" }}
{{- range list "loadBalancerClass" "loadBalancerSourceRanges" "allocateLoadBalancerNodePorts" "healthCheckNodePort" }}
{{- $_ := set $types . "LoadBalancer" }}
{{- end }}
{{- range $field, $value := omit $service "type" "ports" "annotations" "labels" }}
{{- $able := get $types $field | default "ClusterIP NodePort LoadBalancer" | splitList " " }}
{{- if and $value (not (hasPrefix "x-" $field)) (not (has $type $able)) }}
{{- fail (printf "%s.%s: type %s has none, only %s" $place $field $type (join ", " $able)) }}
{{- end }}
{{- end }}
{{- template "microservice.service.more" (list $place $service) }}
{{- end }}
{{- if and (eq $type "ExternalName") (not $service.externalName) }}
{{- fail (printf "%s.externalName: type ExternalName needs the name it stands for" $place) }}
{{- end }}
{{- end }}

{{- define "microservice.service.more" -}}
{{- $place := first . }}
{{- $service := last . }}
{{- if $service.headless }}
clusterIP: None
{{- end }}
{{- template "microservice.fields" (list $service "externalName" "loadBalancerClass" "allocateLoadBalancerNodePorts" "externalTrafficPolicy" "healthCheckNodePort" "internalTrafficPolicy" "trafficDistribution" "sessionAffinity" "publishNotReadyAddresses" "ipFamilyPolicy" "ipFamilies") }}
{{- if and $service.healthCheckNodePort (ne ($service.externalTrafficPolicy | default "Cluster") "Local") }}
{{- fail (printf "%s.healthCheckNodePort: it goes with externalTrafficPolicy: Local" $place) }}
{{- end }}
{{- with $service.sessionAffinityTimeoutSeconds }}
{{- if ne ($service.sessionAffinity | default "None") "ClientIP" }}
{{- fail (printf "%s.sessionAffinityTimeoutSeconds: it goes with sessionAffinity: ClientIP" $place) }}
{{- end }}
sessionAffinityConfig: {clientIP: {timeoutSeconds: {{ int64 . }}}}
{{- end }}
{{- $ranges := list }}
{{- range $range, $in := $service.loadBalancerSourceRanges }}{{ if $in }}{{ $ranges = append $ranges $range }}{{ end }}{{ end }}
{{- with $ranges }}
loadBalancerSourceRanges: {{ toRawJson . }}
{{- end }}
{{- end }}
