{{- define "microservice.storage.volumes" -}}
{{- range $name, $volume := .Values.volumes }}
{{- if $volume }}
- name: {{ $name | quote }}
  {{- with include "microservice.fields" (list ($volume.emptyDir | default dict) "medium" "sizeLimit") }}
  emptyDir:
    {{- . | trim | nindent 4 }}
  {{- else }}
  emptyDir: {}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "microservice.storage.mounts" -}}
{{- range $name, $volume := .Values.volumes }}
{{- if $volume }}
- name: {{ $name | quote }}
  {{- include "microservice.fields" (list $volume "mountPath" "subPath" "readOnly") | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
