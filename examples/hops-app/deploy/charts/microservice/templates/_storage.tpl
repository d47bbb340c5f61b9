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
{{- $seen := dict }}
{{- range $name, $volume := .Values.volumes }}
{{- if $volume }}
{{- if hasKey $seen $volume.mountPath }}
{{- fail (printf "Deployment/%s: volumes.%s.mountPath: %s is that of volumes.%s too" $.Release.Name $name $volume.mountPath (get $seen $volume.mountPath)) }}
{{- end }}
{{- $_ := set $seen $volume.mountPath $name }}
- name: {{ $name | quote }}
  {{- include "microservice.fields" (list $volume "mountPath" "subPath" "readOnly") | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The volumes that each pod has for itself, made with it. */}}
{{- define "microservice.storage.claimTemplates" -}}
{{- end }}

{{- /* Takes from values, which it changes, the volumes that each pod of the service has for itself. */}}
{{- define "microservice.storage.withoutClaimTemplates" -}}
{{- end }}
