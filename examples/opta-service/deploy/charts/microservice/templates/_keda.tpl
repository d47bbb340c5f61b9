{{- /* What KEDA asks, the targets of CPU and memory first. */}}
{{- define "microservice.keda.triggers" -}}
{{- $scale := .Values.autoscaling }}
{{- range $type, $target := dict "cpu" $scale.targetCPUUtilizationPercentage "memory" $scale.targetMemoryUtilizationPercentage }}
{{- if $target }}
- type: {{ $type }}
  metricType: Utilization
  metadata: {value: {{ int64 $target | quote }}}
{{- end }}
{{- end }}
{{- range $key, $trigger := $scale.keda.triggers }}
{{- with $trigger }}
- name: {{ $key | quote }}
  {{- include "microservice.fields" (list . "type" "metricType" "useCachedMetrics") | trim | nindent 2 }}
  metadata:
    {{- include "microservice.strings" (list .metadata nil) | trim | default "{}" | nindent 4 }}
  {{- $own := include "microservice.keda.authentication" (list $ .) }}
  {{- if and $own .authenticationRef }}
  {{- fail (printf "%s: autoscaling.keda.triggers.%s.authenticationRef: it has secrets or a podIdentity too; remove one of them" (include "microservice.title" $) $key) }}
  {{- else if $own }}
  authenticationRef: {name: {{ printf "%s.%s" (include "microservice.fullname" $) $key | quote }}}
  {{- else if .authenticationRef }}
  authenticationRef:
    {{- include "microservice.fields" (list .authenticationRef "name" "kind") | trim | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* How KEDA proves itself to what a trigger asks: (list $ $trigger). Nothing, where it need not. */}}
{{- define "microservice.keda.authentication" -}}
{{- with last . }}
{{- with .podIdentity }}
podIdentity:
  {{- include "microservice.fields" (list . "provider" "identityId" "identityOwner" "roleArn") | trim | nindent 2 }}
{{- end }}
{{- $secrets := dict }}
{{- template "microservice.collect" (list $secrets .secrets) }}
{{- with $secrets }}
secretTargetRef:
  {{- range $parameter, $secret := . }}
  - parameter: {{ $parameter | quote }}
    name: {{ $secret.secret | default (include "microservice.suffixed" (list (first $) "secrets")) | quote }}
    key: {{ $secret.key | default $parameter | quote }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}
