{{- /* The ports of one entry. */}}
{{- define "microservice.networkPolicy.ports" -}}
{{- range $name, $port := . }}
{{- if $port }}
- {{ include "microservice.fields" (list $port "port" "endPort") | trim | nindent 2 | trim }}
  protocol: {{ $port.protocol | default "TCP" }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Pods of one entry, by their labels and those of their namespace; nothing where it names none. */}}
{{- define "microservice.networkPolicy.pods" -}}
{{- $pods := dict }}
{{- template "microservice.collect" (list $pods .podLabels) }}
{{- with .release }}{{ $_ := set $pods "app.kubernetes.io/instance" . }}{{ end }}
{{- $namespaces := dict }}
{{- template "microservice.collect" (list $namespaces .namespaceLabels) }}
{{- if and .namespace (ne .namespace "*") }}{{ $_ := set $namespaces "kubernetes.io/metadata.name" .namespace }}{{ end }}
{{- if $pods }}
podSelector: {{ toJson (dict "matchLabels" $pods) }}
{{- end }}
{{- if $namespaces }}
namespaceSelector: {{ toJson (dict "matchLabels" $namespaces) }}
{{- else if eq (.namespace | default "") "*" }}
namespaceSelector: {}
{{- end }}
{{- end }}

{{- /* Who is at the other end of one entry. */}}
{{- define "microservice.networkPolicy.peers" -}}
{{- with include "microservice.networkPolicy.pods" . | trim }}
- {{ . | nindent 2 | trim }}
{{- end }}
{{- range $cidr, $range := .cidrs }}
{{- if ne $range nil }}
- ipBlock:
    cidr: {{ $cidr | quote }}
    {{- with $range.except }}
    except: {{ toJson . }}
    {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The rules of one direction: (list $ "ingress" "from"). An entry that names nobody allows nobody. */}}
{{- define "microservice.networkPolicy.rules" -}}
{{- $root := first . }}
{{- $side := last . }}
- {{ $side }}:
    - podSelector: {matchLabels: {app.kubernetes.io/instance: {{ $root.Release.Name | quote }}}}
{{- range $name, $entry := index $root.Values.networkPolicy (index . 1) }}
{{- if $entry }}
{{- $peers := include "microservice.networkPolicy.peers" $entry }}
{{- if or $peers $entry.anywhere }}
- {{ include "microservice.networkPolicy.rule" (list $side (ternary "" $peers (eq $entry.anywhere true)) $entry.ports) | trim | default "{}" | nindent 2 | trim }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* One rule: (list "from" $peers $ports), no peers meaning anyone, no ports meaning all. */}}
{{- define "microservice.networkPolicy.rule" -}}
{{- with index . 1 }}
{{ first $ }}:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with include "microservice.networkPolicy.ports" (last .) }}
ports:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- end }}
