{{- /*
A release has one main workload and may have more parts: workers, jobs, tests. Each part is rendered as if it were a
service by itself, with a context like Helm's own: the service's values with the part's laid over them, and `Component`,
its name. So every definition that takes `.` works for all of them.
*/}}

{{- /* Renders a definition once for the release, patches laid over its objects: (list $ "definition"). */}}
{{- define "microservice.release" -}}
{{- $root := first . }}
{{- $text := include (last .) $root }}
{{- if and $root.Values.patches (trim $text) }}
{{- $text = include "microservice.patched" (list $root $text) }}
{{- end }}
{{- $text }}
{{- end }}

{{- /* Renders a definition for the service and each of its workers: (list $ "definition"). */}}
{{- define "microservice.workloads" -}}
{{- include "microservice.release" . }}
{{- include "microservice.workers" . }}
{{- end }}

{{- /* Renders a definition for the service, its workers, jobs and tests: (list $ "definition"). */}}
{{- define "microservice.components" -}}
{{- include "microservice.workloads" . }}
{{- include "microservice.jobs" . }}
{{- end }}

{{- /* Renders a definition for each part of one sort: (list $ "definition" "cronJobs"). */}}
{{- define "microservice.each" -}}
{{- $root := first . }}
{{- $definition := index . 1 }}
{{- $field := last . }}
{{- range $name, $own := index $root.Values $field }}
{{- if ne $own nil }}
{{- range $other := without (list "workers" "cronJobs" "jobs" "tests") $field }}
{{- if ne (index (index $root.Values $other | default dict) $name) nil }}
{{- fail (printf "%s: %s.%s: %s has that name too, and pods are told apart by it" (include "microservice.title" $root) $field $name $other) }}
{{- end }}
{{- end }}
{{- $context := dict }}
{{- template "microservice.component" (list $context $root $field $name $own) }}
---
{{ include "microservice.release" (list $context $definition) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Fills the context of a part, which it changes: (list $context $ "cronJobs" "name" $own). A null that takes nothing is none. */}}
{{- define "microservice.component" -}}
{{- $context := first . }}
{{- $root := index . 1 }}
{{- $field := index . 2 }}
{{- $own := deepCopy (last .) }}
{{- range $key := without (keys $own) "livenessProbe" "readinessProbe" "preStop" }}{{ if and (eq (get $own $key) nil) (eq (index $root.Values $key) nil) }}{{ $_ := unset $own $key }}{{ end }}{{ end }}
{{- $values := omit $root.Values "kind" "objectLabels" "command" "args" "ports" "probePort" "livenessProbe" "readinessProbe" "startupProbe" "preStop" "postStart" "workers" "cronJobs" "jobs" "tests" | deepCopy }}
{{- if eq $field "workers" }}
{{- $_ := set $values "livenessProbe" dict }}
{{- $_ := set $values "readinessProbe" dict }}
{{- $_ := set $values "preStop" dict }}
{{- template "microservice.autoscaling.withoutReasons" $values }}
{{- end }}
{{- template "microservice.storage.withoutClaimTemplates" $values }}
{{- template "microservice.overlay" (list $values (deepCopy $own)) }}
{{- $_ := set $values "kind" (get (dict "workers" ($own.kind | default "Deployment") "tests" "Pod") $field | default "Job") }}
{{- $hook := dict }}
{{- if eq $field "tests" }}{{ $hook = dict "hooks" (list "test") }}{{ else if and (eq $field "jobs") $own.hooks }}{{ $hook = $own }}{{ end }}
{{- range $key, $value := dict "Values" $values "Own" $own "Component" (index . 3) "Sort" $field "Hook" $hook "Release" $root.Release "Chart" $root.Chart }}
{{- $_ := set $context $key $value }}
{{- end }}
{{- end }}

{{- /*
Whose an object is that all parts share unless a part says a value of its own: (list $ "value"). The part's name where
it does, and where it runs before the release is there; else the release's.
*/}}
{{- define "microservice.owner" -}}
{{- $root := first . }}
{{- if or (hasKey ($root.Own | default dict) (last .)) (include "microservice.isEarly" $root) }}{{ include "microservice.fullname" $root }}{{ else }}{{ $root.Release.Name }}{{ end }}
{{- end }}
