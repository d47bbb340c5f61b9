{{- define "child.helper" -}}
from the child
{{- end }}
