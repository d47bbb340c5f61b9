{{- /* One further metric of a HorizontalPodAutoscaler: (list $ $name $metric). */}}
{{- define "microservice.autoscaling.metric" -}}
{{- $root := first . }}
{{- $metric := last . }}
{{- $targets := list }}
{{- range $field := list "averageUtilization" "averageValue" "value" }}
{{- if ne (index $metric $field) nil }}{{ $targets = append $targets $field }}{{ end }}
{{- end }}
{{- $wanted := get (dict "Pods" (list "averageValue") "ContainerResource" (list "averageUtilization" "averageValue")) $metric.type | default (list "averageValue" "value") }}
{{- $place := printf "HorizontalPodAutoscaler/%s: autoscaling.metrics[%q]" (include "microservice.fullname" $root) (index . 1) }}
{{- if or (ne (len $targets) 1) (not (has (first $targets) $wanted)) }}
{{- fail (printf "%s: a metric of type %s has one target, %s, not %s" $place $metric.type (join " or " $wanted) (join " and " $targets | default "none")) }}
{{- end }}
{{- $name := $metric.metric | default (index . 1) }}
{{- $kind := printf "%s%s" (lower (substr 0 1 $metric.type)) (substr 1 -1 $metric.type) }}
- type: {{ $metric.type }}
  {{ $kind }}:
    {{- if eq $metric.type "ContainerResource" }}
    {{- if not (has $name (list "cpu" "memory")) }}{{ fail (printf "%s.metric: %q is neither cpu nor memory" $place $name) }}{{ end }}
    name: {{ $name }}
    container: {{ $metric.container | default (include "microservice.fullname" $root) | quote }}
    {{- else }}
    metric:
      name: {{ $name | quote }}
      {{- with include "microservice.strings" (list $metric.selector nil) }}
      selector:
        matchLabels:
          {{- . | trim | nindent 10 }}
      {{- end }}
    {{- end }}
    {{- if eq $metric.type "Object" }}
    {{- $object := required (print $place ".object: which object has the metric? None is given") $metric.object }}
    describedObject:
      apiVersion: {{ $object.apiVersion | default "v1" | quote }}
      kind: {{ $object.kind | quote }}
      name: {{ $object.name | quote }}
    {{- end }}
    target:
      type: {{ get (dict "averageUtilization" "Utilization" "averageValue" "AverageValue" "value" "Value") (first $targets) }}
      {{ first $targets }}: {{ index $metric (first $targets) | toRawJson }}
{{- end }}

{{- /* How fast pods come and go, as both autoscalers have it. */}}
{{- define "microservice.autoscaling.behavior" -}}
{{- range $direction, $rules := (.Values.autoscaling).behavior }}
{{- with include "microservice.autoscaling.rules" $rules }}
{{ $direction }}:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* How fast pods come, or how fast they go. */}}
{{- define "microservice.autoscaling.rules" -}}
{{- if . }}
{{- include "microservice.fields" (list . "stabilizationWindowSeconds" "selectPolicy") }}
{{- $policies := dict }}
{{- template "microservice.collect" (list $policies .policies) }}
{{- with $policies }}
policies:
  {{- range . }}
  - {{- include "microservice.fields" (list . "type" "value" "periodSeconds") | trim | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}
