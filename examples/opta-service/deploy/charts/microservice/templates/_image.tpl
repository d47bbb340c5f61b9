{{- define "microservice.image" -}}
{{- $name := .Release.Name }}
{{- $image := .Values.image | default dict }}
{{- $repository := required (printf "Deployment/%s: image.repository: which image runs? None is given" $name) $image.repository }}
{{- with $image.digest -}}
{{ $repository }}@{{ . }}
{{- else -}}
{{ $repository }}:{{ required (printf "Deployment/%s: image.tag: give a tag, or image.digest" $name) $image.tag }}
{{- end }}
{{- end }}

{{- /* The tag as a label value, or nothing. */}}
{{- define "microservice.image.version" -}}
{{- (.Values.image).tag | default "" | trunc 63 | trimAll "-_." }}
{{- end }}

{{- define "microservice.image.pullSecrets" -}}
{{- range $name, $used := .Values.imagePullSecrets }}
{{- if $used }}
- name: {{ $name | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Command and arguments: of the service (.Values), or of an init container. */}}
{{- define "microservice.image.command" -}}
{{- with .command }}
command: {{ toRawJson . }}
{{- end }}
{{- with .args }}
args: {{ toRawJson . }}
{{- end }}
{{- end }}
