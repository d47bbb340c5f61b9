{{- /* The Secret that an entry of secrets means, by where its value comes from: (list $ $name $entry). */}}
{{- define "microservice.secrets.name" -}}
{{- $secret := last . }}
{{- $places := list }}
{{- range $place, $suffix := dict "remote" "external" "encrypted" "sealed" "mounted" "mounted" }}
{{- if index $secret $place }}{{ $places = append $places (list $place $suffix) }}{{ end }}
{{- end }}
{{- if and $places (or $secret.secret $secret.key (rest $places)) }}
{{- fail (printf "%s: secrets.%s: %s stands alone, without secret, key and other places of the value" (include "microservice.title" (first .)) (index . 1) (first $places | first)) }}
{{- end }}
{{- if $places }}
{{- include "microservice.owned" (list (first .) "secrets" (first $places | last)) }}
{{- else }}
{{- $secret.secret | default (include "microservice.suffixed" (list (first .) "secrets")) }}
{{- end }}
{{- end }}

{{- /* Adds those of secrets that are variables to a map, which it changes: (list $into $). */}}
{{- define "microservice.secrets.collect" -}}
{{- $into := first . }}
{{- $root := last . }}
{{- range $name, $secret := $root.Values.secrets }}
{{- if and (kindIs "map" $secret) (not ($secret | default dict).mountPath) }}
{{- if ne (index ($root.Values.env | default dict) $name) nil }}
{{- fail (printf "%s: env.%s: secrets.%s sets the same variable; set one of them to null" (include "microservice.title" $root) $name $name) }}
{{- end }}
{{- $_ := set $into $name (dict "secret" (include "microservice.secrets.name" (list $root $name $secret)) "key" ($secret.key | default $name) "optional" $secret.optional) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Whether secretProvider has anything to mount. */}}
{{- define "microservice.secrets.mounted" -}}
{{- range .Values.secrets }}
{{- if (. | default dict).mounted }}true{{ end }}
{{- end }}
{{- end }}

{{- define "microservice.secrets.volumes" -}}
{{- range $name, $secret := .Values.secrets }}
{{- if and $secret ($secret | default dict).mountPath }}
{{ include "microservice.mounts.volume" (dict "path" $secret.mountPath "secret" (include "microservice.secrets.name" (list $ $name $secret)) "key" ($secret.key | default $name) "mode" $secret.mode) }}
{{- end }}
{{- end }}
{{- if include "microservice.secrets.mounted" . }}
- name: chartgen-secrets
  csi:
    driver: secrets-store.csi.k8s.io
    readOnly: true
    volumeAttributes:
      secretProviderClass: {{ include "microservice.owned" (list . "secrets" "mounted") | quote }}
{{- end }}
{{- end }}

{{- /* (list $ $seen), $seen as microservice.mounts.once wants it. */}}
{{- define "microservice.secrets.mounts" -}}
{{- $root := first . }}
{{- range $name, $secret := $root.Values.secrets }}
{{- with ($secret | default dict).mountPath }}
{{- template "microservice.mounts.once" (list $root (last $) (printf "secrets.%s.mountPath" $name) .) }}
{{ template "microservice.mounts.mount" (dict "path" . "key" ($secret.key | default $name)) }}
{{- end }}
{{- end }}
{{- if include "microservice.secrets.mounted" $root }}
{{- $path := ($root.Values.secretProvider | default dict).mountPath | default "/mnt/secrets-store" }}
{{- template "microservice.mounts.once" (list $root (last .) "secretProvider.mountPath" $path) }}
- name: chartgen-secrets
  mountPath: {{ $path | quote }}
  readOnly: true
{{- end }}
{{- end }}
