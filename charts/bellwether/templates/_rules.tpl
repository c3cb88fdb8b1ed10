{{/*
What the operator may do in the namespaces that it looks after, and nothing else: no Secrets, no logs, no wildcards.
`get` is for the name that turns out to be taken: whose is it?
*/}}
{{- define "bellwether.rules" -}}
# What people write: read; runs are also made by a schedule and deleted by their time to live, Models made for a run.
- apiGroups: [bellwether.dev]
  resources: [trainingruns]
  verbs: [get, list, watch, create, delete]
- apiGroups: [bellwether.dev]
  resources: [models]
  verbs: [get, list, watch, create]
- apiGroups: [bellwether.dev]
  resources: [trainingruns/status, models/status]
  verbs: [patch]
# An owner reference that holds up its owner's deletion needs this where the admission plugin
# OwnerReferencesPermissionEnforcement is on, as on OpenShift.
- apiGroups: [bellwether.dev]
  resources: [trainingruns/finalizers, models/finalizers]
  verbs: [update]
# One Job for each stage. Its pods tell how it goes; the operator makes and changes none.
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
# The volume of the artifacts: made, never changed or deleted.
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch, create]
# What serves, for as long as its Model is there: garbage collection deletes it, not the operator.
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch]
# What a Model may ask for, and no longer ask for.
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [monitoring.coreos.com]
  resources: [servicemonitors]
  verbs: [get, list, watch, create, patch, delete]
# The same Event again is counted in the one that is there, an earlier operator's too.
- apiGroups: [""]
  resources: [events]
  verbs: [get, create, patch]
{{- end -}}
