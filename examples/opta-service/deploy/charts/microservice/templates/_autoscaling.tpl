{{- /* How many pods run; with an autoscaler, at least. */}}
{{- define "microservice.replicaCount" -}}
{{- $count := 2 }}
{{- if ne .Values.replicaCount nil }}{{ $count = int64 .Values.replicaCount }}{{ end }}
{{- if .Values.singleton }}{{ $count = min 1 $count }}{{ end }}
{{- $count }}
{{- end }}

{{- /* Which kind of object decides how many pods run: HorizontalPodAutoscaler or ScaledObject. Nothing, where none does. */}}
{{- define "microservice.autoscaling.scaler" -}}
{{- $scale := .Values.autoscaling | default dict }}
{{- $lowest := include "microservice.replicaCount" . | int64 }}
{{- if and (ne $scale.enabled false) (gt (int64 $scale.maxReplicas) $lowest) (has (include "microservice.kind" .) (list "Deployment" "StatefulSet")) }}
{{- $asked := dict }}
{{- template "microservice.collect" (list $asked ($scale.keda).triggers) }}
{{- $measured := dict }}
{{- template "microservice.collect" (list $measured $scale.metrics) }}
{{- if .Values.singleton }}
{{- range $field, $entries := dict "keda.triggers" $asked "metrics" $measured }}
{{- if $entries }}{{ fail (printf "%s: autoscaling.%s: a singleton has no autoscaler" (include "microservice.title" $) $field) }}{{ end }}
{{- end }}
{{- else if and $asked $measured }}
{{- fail (printf "%s: autoscaling.metrics: KEDA scales here; make a trigger of it" (include "microservice.title" .)) }}
{{- else if $asked -}}
ScaledObject
{{- else if and (gt $lowest 0) (or $measured $scale.targetCPUUtilizationPercentage $scale.targetMemoryUtilizationPercentage) -}}
HorizontalPodAutoscaler
{{- end }}
{{- end }}
{{- end }}

{{- /* Fails where pods would grow by what makes them more: (list $ $containers), the latter of the VerticalPodAutoscaler. */}}
{{- define "microservice.autoscaling.apart" -}}
{{- $root := first . }}
{{- $scale := $root.Values.autoscaling | default dict }}
{{- $reasons := dict "targetCPUUtilizationPercentage" "cpu" "targetMemoryUtilizationPercentage" "memory" }}
{{- range $name, $metric := $scale.metrics }}
{{- if eq ($metric).type "ContainerResource" }}{{ $_ := set $reasons (print "metrics." $name) ($metric.metric | default $name) }}{{ end }}
{{- end }}
{{- range $container, $policy := merge dict (last .) (dict "*" dict) }}
{{- range $field, $resource := $reasons }}
{{- $counts := or (index $scale $field) (hasPrefix "metrics." $field) }}
{{- if and $counts (ne $policy.mode "Off") (has $resource ($policy.controlledResources | default (list "cpu" "memory"))) }}
{{- fail (printf "VerticalPodAutoscaler/%s: verticalAutoscaling: the number of pods follows %s too, by autoscaling.%s; remove one of the two" (include "microservice.fullname" $root) $resource $field) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Removes from a worker's values, which it changes, the service's metrics and triggers: they count the service's work. */}}
{{- define "microservice.autoscaling.withoutReasons" -}}
{{- range $field := list "metrics" "keda" }}
{{- if $.autoscaling }}{{ $_ := unset $.autoscaling $field }}{{ end }}
{{- end }}
{{- end }}
