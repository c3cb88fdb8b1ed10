{{- define "bellwether.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Name of every object: the release's name, followed by the chart's unless the release's contains it. */}}
{{- define "bellwether.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "bellwether.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Namespace of every namespaced object: namespaceOverride, by default the release's. */}}
{{- define "bellwether.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{/*
Name of a cluster-scoped object: prefixed with the namespace, since two namespaces may have releases of the same name.
When it is too long, the prefix is truncated, never the suffix. Takes a dict of root and suffix.
*/}}
{{- define "bellwether.clusterName" -}}
{{- $suffix := printf "-%s" .suffix -}}
{{- $stem := printf "%s-%s" (include "bellwether.namespace" .root) (include "bellwether.fullname" .root) -}}
{{- $stem | trunc (int (sub 63 (len $suffix))) | trimSuffix "-" -}}{{ $suffix }}
{{- end -}}

{{/* Labels that identify a component of the release. Takes a dict of root and component. */}}
{{- define "bellwether.identityLabels" -}}
{{- dict "app.kubernetes.io/name" (include "bellwether.name" .root) "app.kubernetes.io/instance" .root.Release.Name "app.kubernetes.io/component" .component | toYaml -}}
{{- end -}}

{{/* Labels that select the operator's pods. A Deployment's selector is immutable, so values for labels never change them. */}}
{{- define "bellwether.selectorLabels" -}}
{{- include "bellwether.identityLabels" (dict "root" . "component" "operator") -}}
{{- end -}}

{{/*
All fields of an object's metadata that the dict has: root, name, namespace, labels, annotations, and
- component: the label app.kubernetes.io/component; default: operator
- required: annotations that the chart depends on
Maps are merged key by key. The later wins: the chart's labels, commonLabels, labels, the labels that selectors use;
commonAnnotations, annotations, required.
*/}}
{{- define "bellwether.metadata" -}}
{{- $root := .root -}}
{{- $chart := dict "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") "app.kubernetes.io/version" $root.Chart.AppVersion "app.kubernetes.io/managed-by" $root.Release.Service "app.kubernetes.io/part-of" "bellwether" -}}
{{- $identity := include "bellwether.identityLabels" (dict "root" $root "component" (default "operator" .component)) | fromYaml -}}
{{- with .name }}{{ dict "name" . | toYaml }}
{{ end -}}
{{- with .namespace }}{{ dict "namespace" . | toYaml }}
{{ end -}}
labels:
  {{- include "bellwether.mergedMaps" (list $chart $root.Values.commonLabels .labels $identity) | nindent 2 }}
{{- with include "bellwether.mergedMaps" (list $root.Values.commonAnnotations .annotations .required) | fromYaml }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Merges a list of maps; the later wins. Unlike Sprig's `merge`, an empty string replaces a value too. */}}
{{- define "bellwether.mergedMaps" -}}
{{- $merged := dict -}}
{{- range $map := . }}{{ range $key, $value := $map }}{{ $_ := set $merged $key $value }}{{ end }}{{ end -}}
{{- toYaml $merged -}}
{{- end -}}

{{/*
Appends `extra` to `base`, two lists of maps, without the entries of `base` that have the same value of `key` as one of
`extra`: Kubernetes refuses a list with two environment variables or volumes of one name.
*/}}
{{- define "bellwether.mergedLists" -}}
{{- $key := .key -}}
{{- $extra := default list .extra -}}
{{- $replaced := dict -}}
{{- range $extra }}{{ $_ := set $replaced (toString (get . $key)) true }}{{ end -}}
{{- $merged := list -}}
{{- range .base }}{{ if not (hasKey $replaced (get . $key)) }}{{ $merged = append $merged . }}{{ end }}{{ end -}}
{{- concat $merged $extra | toYaml -}}
{{- end -}}

{{- define "bellwether.image" -}}
{{- $image := .Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end }}{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ default .Chart.AppVersion $image.tag }}{{ end -}}
{{- end -}}

{{- define "bellwether.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "bellwether.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "bellwether.leaseName" -}}
{{- default (include "bellwether.fullname" .) .Values.leaderElection.leaseName -}}
{{- end -}}

{{/* Volumes and mounts of the Secrets with tokens and certificate, as lists. Files of whole volumes are updated. */}}
{{- define "bellwether.secretVolumes" -}}
{{- $volumes := list -}}
{{- range $name, $secret := dict "tokens" .Values.auth.secretName "tls" .Values.tls.secretName -}}
{{- with $secret }}{{ $volumes = append $volumes (dict "name" $name "secret" (dict "secretName" . "defaultMode" 0444)) }}{{ end -}}
{{- end -}}
{{- toYaml $volumes -}}
{{- end -}}

{{- define "bellwether.secretMounts" -}}
{{- $mounts := list -}}
{{- range include "bellwether.secretVolumes" . | fromYamlArray -}}
{{- $mounts = append $mounts (dict "name" .name "mountPath" (printf "/etc/bellwether/%s" .name) "readOnly" true) -}}
{{- end -}}
{{- toYaml $mounts -}}
{{- end -}}

{{/* Checks that JSON Schema cannot express. */}}
{{- define "bellwether.validate" -}}
{{- if and (gt (int .Values.replicas) 1) (not .Values.leaderElection.enabled) -}}
{{- fail "replicas above 1 need leaderElection.enabled: two operators must not work at the same time" -}}
{{- end -}}
{{- end -}}
