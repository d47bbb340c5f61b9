{{- /* The key of a file in the ConfigMap: a hash of its path, so that keys never meet, and its name, to read. */}}
{{- define "microservice.files.key" -}}
{{- printf "%s-%s" (sha256sum . | trunc 8) (regexReplaceAll "[^-._a-zA-Z0-9]" (base .) "_" | trunc 200) }}
{{- end }}

{{- define "microservice.files.data" -}}
{{- range $path, $file := .Values.files }}
{{- if $file }}
{{ include "microservice.files.key" $path }}: {{ $file.content | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The annotation of the pods that changes with the files, and so restarts them. */}}
{{- define "microservice.files.checksum" -}}
{{- with include "microservice.files.data" . }}
checksum/files: {{ sha256sum . | quote }}
{{- end }}
{{- end }}

{{- define "microservice.files.name" -}}
{{- include "microservice.shortened" (list (print (include "microservice.owner" (list . "files")) "-files") 63) }}
{{- end }}

{{- define "microservice.files.volume" -}}
{{- if include "microservice.files.data" . }}
- name: chartgen-files
  configMap:
    name: {{ include "microservice.files.name" . | quote }}
{{- end }}
{{- end }}

{{- define "microservice.files.mounts" -}}
{{- range $path, $file := .Values.files }}
{{- if $file }}
- name: chartgen-files
  mountPath: {{ $path | quote }}
  subPath: {{ include "microservice.files.key" $path }}
  readOnly: true
{{- end }}
{{- end }}
{{- end }}
