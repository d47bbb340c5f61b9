{{- /* Renders a definition for each worker: (list $ "definition"). */}}
{{- define "microservice.workers" -}}
{{- if (first .).Values.workers }}{{ include "microservice.each" (append . "workers") }}{{ end }}
{{- end }}
