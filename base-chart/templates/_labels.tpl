{{- /* What selects the pods: never more than this, for a selector cannot change. */}}
{{- define "microservice.selectorLabels" -}}
app.kubernetes.io/name: {{ include "microservice.fullname" . | quote }}
app.kubernetes.io/instance: {{ include "microservice.fullname" . | quote }}
{{- end }}

{{- /* Labels of an object: (list $ $more). The chart's own win, but for the version. */}}
{{- define "microservice.labels" -}}
{{- $root := first . }}
{{- $chart := printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimAll "-_." }}
{{- include "microservice.labels.all" (list $root (dict "helm.sh/chart" $chart) $root.Values.labels (last .)) }}
{{- end }}

{{- /* Labels of the pods. The chart's version is not among them: a new chart alone restarts nothing. */}}
{{- define "microservice.podLabels" -}}
{{- include "microservice.labels.all" (list . nil .Values.labels .Values.podLabels) }}
{{- end }}

{{- /* The labels of the chart over those of the maps: (list $ $fixed $map ...). */}}
{{- define "microservice.labels.all" -}}
{{- $root := first . }}
{{- $name := include "microservice.fullname" $root }}
{{- $labels := dict }}
{{- with include "microservice.image.version" $root }}{{ $_ := set $labels "app.kubernetes.io/version" . }}{{ end }}
{{- $own := dict "app.kubernetes.io/name" $name "app.kubernetes.io/instance" $name "app.kubernetes.io/managed-by" "Helm" }}
{{- $_ := include "microservice.collect" (concat (list $labels) (slice . 2) (list $own (index . 1))) }}
{{- include "microservice.strings" $labels | trim }}
{{- end }}

{{- /* Annotations of an object: (list $ $own). Its own win over everyone's. */}}
{{- define "microservice.annotations" -}}
{{- $annotations := dict }}
{{- $_ := include "microservice.collect" (list $annotations (first .).Values.annotations (last .)) }}
{{- include "microservice.strings" $annotations | trim }}
{{- end }}

{{- define "microservice.podAnnotations" -}}
{{- include "microservice.strings" .Values.podAnnotations | trim }}
{{- end }}
