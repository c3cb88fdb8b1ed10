{{/*
The operator's permissions in the namespaces that it watches: no Secrets, no logs, no wildcards.
`get` is needed when the name of an object is taken, to read whose it is.
*/}}
{{- define "bellwether.rules" -}}
# Written by users and read by the operator, which also creates runs of a schedule, deletes runs whose time to live is over,
# and creates the Model of a run.
- apiGroups: [bellwether.dev]
  resources: [trainingruns]
  verbs: [get, list, watch, create, delete]
- apiGroups: [bellwether.dev]
  resources: [models]
  verbs: [get, list, watch, create]
- apiGroups: [bellwether.dev]
  resources: [trainingruns/status, models/status]
  verbs: [patch]
# For owner references with blockOwnerDeletion, if the admission plugin OwnerReferencesPermissionEnforcement is enabled, as
# on OpenShift.
- apiGroups: [bellwether.dev]
  resources: [trainingruns/finalizers, models/finalizers]
  verbs: [update]
# One Job for each stage. The state of a stage is read from its pods, which the operator neither creates nor changes.
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
# The volume of the artifacts: created, never deleted. Only its owner reference is changed, when artifacts.whenDeleted is.
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch, create, patch]
# The servers of a Model. Garbage collection deletes them with the Model, not the operator.
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch]
# Optional in a Model's spec, so deleted when the spec no longer has them.
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
# A repeated Event increases the count of the existing one, even if an earlier operator created it. Events of a Job without a
# pod are listed: a Job has no condition with the cause.
- apiGroups: [""]
  resources: [events]
  verbs: [get, list, create, patch]
{{- end -}}
