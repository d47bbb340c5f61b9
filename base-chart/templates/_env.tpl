{{- /* Adds the service's variables to a map, which it changes: (list $into $). A map as value says where the value is. */}}
{{- define "microservice.env.collect" -}}
{{- template "microservice.links.collect" . }}
{{- template "microservice.collect" (list (first .) (last .).Values.env) }}
{{- template "microservice.secrets.collect" . }}
{{- end }}

{{- /* The variables of a container by name: (list $ $variables). */}}
{{- define "microservice.env.list" -}}
{{- $root := first . }}
{{- $variables := last . }}
{{- $done := dict }}
{{- range $name, $value := $variables }}
{{- if and (kindIs "string" $value) (not (contains "$(" $value)) (not (hasKey $done $name)) }}
- name: {{ $name | quote }}
  value: {{ $value | quote }}
{{- $_ := set $done $name true }}
{{- else }}
{{- template "microservice.env.variable" (list $root $variables $done $name) }}
{{- end }}
{{- end }}
{{- end }}

{{- /*
One variable, unless it is done: (list $ $variables $done $name). Those that it uses as $(NAME) come first, for
Kubernetes knows only what stands above.
*/}}
{{- define "microservice.env.variable" -}}
{{- $root := first . }}
{{- $done := index . 2 }}
{{- $name := last . }}
{{- $value := index . 1 $name }}
{{- if not (hasKey $done $name) }}
{{- $_ := set $done $name false }}
{{- if and (kindIs "string" $value) (contains "$(" $value) }}
{{- range regexFindAll "\\$\\([-._A-Za-z0-9]+\\)" ($value | replace "$$" "") -1 }}
{{- $other := . | trimPrefix "$(" | trimSuffix ")" }}
{{- if and (hasKey (index $ 1) $other) (ne $other $name) }}
{{- if eq (get $done $other | toString) "false" }}
{{- fail (printf "%s: env.%s: it uses %s, which uses it in turn" (include "microservice.title" $root) $name $other) }}
{{- end }}
{{- template "microservice.env.variable" (list $root (index $ 1) $done $other) }}
{{- end }}
{{- end }}
{{- end }}
{{- $_ := set $done $name true }}
- name: {{ $name | quote }}
{{- if kindIs "map" $value }}
  valueFrom:
    {{- include "microservice.env.source" (list $root $name $value) | trim | nindent 4 }}
{{- else }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- /* ConfigMaps and Secrets whose every key is a variable. */}}
{{- define "microservice.env.from" -}}
{{- range $name, $from := .Values.envFrom }}
{{- if without (values ($from | default dict)) nil }}
{{- template "microservice.one" (list $ (printf "envFrom.%s" $name) $from "configMap" "secret" "remote") }}
- {{ if $from.configMap }}configMap{{ else }}secret{{ end }}Ref:
    name: {{ include "microservice.configMaps.name" (list $ $from.configMap) | default $from.configMap | default $from.secret | default (include "microservice.env.remote" (list $ $name)) | quote }}
    {{- with $from.optional }}
    optional: true
    {{- end }}
  {{- with $from.prefix }}
  prefix: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The Secret that envFrom takes whole from the store: (list $ "name"). */}}
{{- define "microservice.env.remote" -}}
{{- include "microservice.owned" (list (first .) "envFrom" (printf "external-%s" (last .))) }}
{{- end }}
