{{- /* The key of a file in the ConfigMap: a hash of its path, so that keys never meet, and its name, to read. */}}
{{- define "microservice.files.key" -}}
{{- printf "%s-%s" (sha256sum . | trunc 8) (regexReplaceAll "[^-._a-zA-Z0-9]" (base .) "_" | trunc 200) }}
{{- end }}

{{- /* What the ConfigMap of the files holds. */}}
{{- define "microservice.files.data" -}}
{{- if .Values.files }}
{{- $texts := dict }}
{{- $binaries := dict }}
{{- range $path, $file := .Values.files }}
{{- if without (values ($file | default dict)) nil }}
{{- $key := include "microservice.files.key" $path }}
{{- template "microservice.one" (list $ (printf "files.%s" $path) $file "content" "binaryContent" "configMap" "secret") }}
{{- if ne $file.content nil }}{{ $_ := set $texts $key $file.content }}{{ end }}
{{- if ne $file.binaryContent nil }}{{ $_ := set $binaries $key $file.binaryContent }}{{ end }}
{{- end }}
{{- end }}
{{- template "microservice.configMaps.fits" (list . "files" $texts $binaries) }}
{{- include "microservice.configMaps.data" (list $texts $binaries) }}
{{- end }}
{{- end }}

{{- define "microservice.files.volumes" -}}
{{- $modes := dict }}
{{- $own := false }}
{{- range $path, $file := .Values.files }}
{{- if without (values ($file | default dict)) nil }}
{{- if or $file.configMap $file.secret }}
{{- if and $file.optional $file.key }}
{{- fail (printf "%s: files.%s.optional: Kubernetes would make a directory of a key that is missing; mount the whole directory" (include "microservice.title" $) $path) }}
{{- end }}
{{ template "microservice.mounts.volume" (dict "path" $path "configMap" (include "microservice.configMaps.name" (list $ $file.configMap) | default $file.configMap) "secret" $file.secret "key" $file.key "mode" $file.mode "optional" $file.optional) }}
{{- else }}
{{- $own = true }}
{{- with $file.mode }}{{ $_ := set $modes $path . }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
{{- if $own }}
- name: chartgen-files
  configMap:
    name: {{ include "microservice.owned" (list . "files" "files") | quote }}
    {{- if $modes }}
    items:
      {{- range $path, $file := .Values.files }}
      {{- if and (without (values ($file | default dict)) nil) (not (or $file.configMap $file.secret)) }}
      - key: {{ include "microservice.files.key" $path }}
        path: {{ include "microservice.files.key" $path }}
        {{- with $file.mode }}
        mode: {{ toDecimal . }}
        {{- end }}
      {{- end }}
      {{- end }}
    {{- end }}
{{- end }}
{{- end }}

{{- /* (list $ $seen), $seen as microservice.mounts.once wants it. */}}
{{- define "microservice.files.mounts" -}}
{{- range $path, $file := (first .).Values.files }}
{{- if without (values ($file | default dict)) nil }}
{{- template "microservice.mounts.once" (list (first $) (last $) "files" $path) }}
{{- if or $file.configMap $file.secret }}
{{ template "microservice.mounts.mount" (dict "path" $path "key" $file.key) }}
{{- else }}
- name: chartgen-files
  mountPath: {{ $path | quote }}
  subPath: {{ include "microservice.files.key" $path }}
  readOnly: true
{{- end }}
{{- end }}
{{- end }}
{{- end }}
