{{- /* Adds the service's variables to a map, which it changes: (list $into $). A map as value is a key of a Secret. */}}
{{- define "microservice.env.collect" -}}
{{- $into := first . }}
{{- $root := last . }}
{{- template "microservice.links.collect" . }}
{{- template "microservice.collect" (list $into $root.Values.secrets $root.Values.env) }}
{{- range $name, $secret := $root.Values.secrets }}
{{- if and (ne $secret nil) (ne (index ($root.Values.env | default dict) $name) nil) }}
{{- fail (printf "Deployment/%s: env.%s: secrets.%s sets the same variable; set one of them to null" $root.Release.Name $name $name) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The variables of a container by name: (list $ $variables). */}}
{{- define "microservice.env.list" -}}
{{- $secret := include "microservice.suffixed" (list (first .) "secrets") }}
{{- range $name, $value := last . }}
- name: {{ $name | quote }}
{{- if kindIs "map" $value }}
  valueFrom:
    secretKeyRef:
      name: {{ $value.secret | default $secret | quote }}
      key: {{ $value.key | default $name | quote }}
{{- else }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}
