{{- /* The name of the workload's objects: the release's, and for a part of it the part's behind that. */}}
{{- define "microservice.fullname" -}}
{{- if .Component }}{{ include "microservice.shortened" (list (printf "%s-%s" .Release.Name .Component) (ternary 52 63 (eq .Sort "cronJobs"))) }}{{ else }}{{ .Release.Name }}{{ end }}
{{- end }}

{{- /* The name of one object of several of the release: (list $ "suffix"). */}}
{{- define "microservice.suffixed" -}}
{{- include "microservice.shortened" (list (printf "%s-%s" (first .).Release.Name (last .)) 63) }}
{{- end }}

{{- /* A name of at most so many letters: (list "name" $most). What is too long ends in a hash, so that names never meet. */}}
{{- define "microservice.shortened" -}}
{{- $name := first . }}
{{- $most := last . }}
{{- if gt (len $name) $most }}
{{- $name = printf "%s-%s" ($name | trunc (int (sub $most 9)) | trimSuffix "-") ($name | sha256sum | trunc 8) }}
{{- end }}
{{- $name }}
{{- end }}

{{- /*
Metadata of an object: (dict "root" $ "name" .. "labels" .. "annotations" .. "scope" ..), labels and annotations beyond
everyone's, the scope "Cluster" for what is in no namespace; "needed" is true for what a hook needs to be there before it.
*/}}
{{- define "microservice.metadata" -}}
name: {{ .name | quote }}
{{- if ne .scope "Cluster" }}
namespace: {{ .root.Release.Namespace | quote }}
{{- end }}
labels:
  {{- include "microservice.objectLabels" (list .root .labels) }}
{{- $hook := "" }}
{{- if .root.Hook }}{{ $hook = include "microservice.hook" (list .root (not .needed)) }}{{ end }}
{{- with print $hook (include "microservice.strings" (list .root.Values.annotations .annotations)) }}
annotations:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}

{{- /* The name of an object that goes with a value, whoever's it is: (list $ "value" "suffix"). */}}
{{- define "microservice.owned" -}}
{{- include "microservice.shortened" (list (printf "%s-%s" (include "microservice.owner" (list (first .) (index . 1))) (last .)) 63) }}
{{- end }}
