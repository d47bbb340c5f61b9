{{- /*
What a disruption budget allows. Nothing, when there is none: with one pod it would only block drains, and the pods of a
DaemonSet are not drained.
*/}}
{{- define "microservice.disruption.budget" -}}
{{- $budget := .Values.podDisruptionBudget }}
{{- $pods := include "microservice.replicaCount" . | int64 }}
{{- if and (ne $budget nil) (ne ($budget).enabled false) (gt $pods 1) (has (include "microservice.kind" .) (list "Deployment" "StatefulSet")) }}
{{- $field := ternary "maxUnavailable" "minAvailable" (eq $budget.minAvailable nil) }}
{{- $amount := index $budget $field }}
{{- if eq $amount nil }}{{ $amount = 1 }}{{ end }}
{{- $count := int64 $amount }}
{{- if kindIs "string" $amount }}{{ $count = div (add (mul (trimSuffix "%" $amount | atoi) $pods) 99) 100 }}{{ end }}
{{- if eq (ternary $count (sub $pods $count) (eq $field "maxUnavailable") | max 0) 0 }}
{{- fail (printf "PodDisruptionBudget/%s: podDisruptionBudget.%s: %v of %d pods would block every drain of a node" (include "microservice.fullname" .) $field (toRawJson $amount) $pods) }}
{{- end }}
{{ $field }}: {{ toRawJson $amount }}
{{- with $budget.unhealthyPodEvictionPolicy }}
unhealthyPodEvictionPolicy: {{ . }}
{{- end }}
{{- end }}
{{- end }}
