{{- /* Which kinds of Kubernetes are in no namespace. Others may say `namespace: null`. */}}
{{- define "microservice.extraManifests.scope" -}}
{{- $cluster := list "Namespace" "Node" "PersistentVolume" "StorageClass" "CSIDriver" "PriorityClass" "RuntimeClass" "IngressClass" "GatewayClass" "ClusterRole" "ClusterRoleBinding" "CustomResourceDefinition" "APIService" "ClusterIssuer" }}
{{- if or (has . $cluster) (regexMatch "^(Mutating|Validating)(Webhook|Admission)" .) }}Cluster{{ end }}
{{- end }}

{{- /* One further object, as it stands, over the metadata that all objects have: (list $ "name" $manifest). */}}
{{- define "microservice.extraManifests.object" -}}
{{- $root := first . }}
{{- $manifest := last . }}
{{- $name := include "microservice.suffixed" (list $root (index . 1)) }}
{{- $scope := include "microservice.extraManifests.scope" $manifest.kind }}
{{- $object := dict "metadata" (include "microservice.metadata" (dict "root" $root "name" $name "scope" $scope) | fromYaml) }}
{{- template "microservice.patch" (list $object $manifest) }}
{{- range $key, $value := $object }}
{{ $key | quote }}: {{ toRawJson $value }}
{{- end }}
{{- end }}
