{{/* The operator's environment variables, as a list. Entries of extraEnv replace those of the same name. */}}
{{- define "bellwether.environment" -}}
- name: BELLWETHER_IMAGE
  value: {{ default (include "bellwether.image" .) .Values.workloads.image | quote }}
- name: BELLWETHER_IMAGE_PULL_POLICY
  value: {{ default .Values.image.pullPolicy .Values.workloads.imagePullPolicy }}
- name: BELLWETHER_ALLOWED
  value: {{ .Values.workloads.allowed | toJson | quote }}
- name: BELLWETHER_NETWORK_POLICIES
  value: {{ .Values.workloads.networkPolicy.enabled | quote }}
{{- with .Values.workloads.networkPolicy.egress }}
- name: BELLWETHER_FETCH_EGRESS
  value: {{ toJson . | quote }}
{{- end }}
{{- with .Values.watchNamespaces }}
- name: BELLWETHER_NAMESPACES
  value: {{ join "," . | quote }}
{{- end }}
{{- with .Values.yahooHost }}
- name: BELLWETHER_YAHOO_HOST
  value: {{ . | quote }}
{{- end }}
- name: BELLWETHER_LEADER_ELECTION
  value: {{ .Values.leaderElection.enabled | quote }}
{{- if .Values.leaderElection.enabled }}
- name: BELLWETHER_LEASE_NAME
  value: {{ include "bellwether.leaseName" . | quote }}
- name: BELLWETHER_LEASE_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
{{- end }}
- name: BELLWETHER_IDENTITY
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: BELLWETHER_PORT
  value: "8081"
{{- with .Values.auth.secretName }}
- name: BELLWETHER_TOKEN_FILE
  value: /etc/bellwether/tokens
{{- end }}
{{- with .Values.tls.secretName }}
- name: BELLWETHER_TLS_CERT
  value: /etc/bellwether/tls/tls.crt
- name: BELLWETHER_TLS_KEY
  value: /etc/bellwether/tls/tls.key
{{- end }}
{{- with .Values.rateLimit.requestsPerSecond }}
- name: BELLWETHER_RATE_LIMIT
  value: {{ . | quote }}
{{- with $.Values.rateLimit.burst }}
- name: BELLWETHER_RATE_BURST
  value: {{ . | quote }}
{{- end }}
{{- end }}
- name: BELLWETHER_CONCURRENCY
  value: {{ .Values.concurrency | quote }}
- name: BELLWETHER_RESYNC_SECONDS
  value: {{ .Values.resyncSeconds | quote }}
- name: BELLWETHER_STOP_SECONDS
  value: {{ .Values.stopSeconds | quote }}
- name: BELLWETHER_LOG_LEVEL
  value: {{ .Values.logLevel }}
{{- /*
Memory: lists of objects create short-lived garbage, which a small young generation frees sooner. glibc keeps freed memory
once for each arena.
*/}}
- name: NODE_OPTIONS
  value: --max-semi-space-size=4
- name: MALLOC_ARENA_MAX
  value: "2"
{{- end -}}
