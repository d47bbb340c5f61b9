{{- /* Where a container sees them: (list $ $taken), the latter a map of paths that are taken, which this changes. */}}
{{- define "microservice.mounts" -}}
{{- $values := (first .).Values }}
{{- if $values.volumes }}{{ include "microservice.storage.mounts" . }}{{ end }}
{{- if $values.files }}{{ include "microservice.files.mounts" . }}{{ end }}
{{- if $values.secrets }}{{ include "microservice.secrets.mounts" . }}{{ end }}
{{- if $values.links }}{{ include "microservice.links.mounts" . }}{{ end }}
{{- end }}

{{- /* Fails where something is mounted at a path already, which $seen tells: (list $ $seen "values.path" $path). */}}
{{- define "microservice.mounts.once" -}}
{{- $seen := index . 1 }}
{{- $path := last . }}
{{- if hasKey $seen $path }}
{{- fail (printf "%s: %s: %s is the path of %s too" (include "microservice.title" (first .)) (index . 2) $path (get $seen $path)) }}
{{- end }}
{{- $_ := set $seen $path (index . 2) }}
{{- end }}

{{- /*
The volume of one mounted key, or of all keys of a ConfigMap or Secret:
(dict "path" .. "configMap" .. or "secret" .. "key" .. "mode" .. "optional" ..), with the names of objects.
*/}}
{{- define "microservice.mounts.volume" -}}
- name: {{ include "microservice.mounts.name" .path }}
  {{- if .configMap }}
  configMap:
    name: {{ .configMap | quote }}
  {{- else }}
  secret:
    secretName: {{ .secret | quote }}
  {{- end }}
    {{- with .optional }}
    optional: true
    {{- end }}
    {{- if .key }}
    items:
      - key: {{ .key | quote }}
        path: {{ .key | quote }}
        {{- with .mode }}
        mode: {{ toDecimal . }}
        {{- end }}
    {{- else if .mode }}
    defaultMode: {{ toDecimal .mode }}
    {{- end }}
{{- end }}

{{- define "microservice.mounts.mount" -}}
- name: {{ include "microservice.mounts.name" .path }}
  mountPath: {{ .path | quote }}
  {{- with .key }}
  subPath: {{ . | quote }}
  {{- end }}
  readOnly: true
{{- end }}

{{- define "microservice.mounts.name" -}}
chartgen-{{ sha256sum . | trunc 8 }}
{{- end }}
