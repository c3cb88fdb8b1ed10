/** API group, labels, annotations and the field manager. */

export const group = 'bellwether.dev';
export const apiVersion = `${group}/v1alpha1`;

/** Labels of every object that the operator creates. Its caches contain only objects with the label `model`. */
export const labels = {
  model: `${group}/model`,
  run: `${group}/run`,
  /** The stage's name in lower case; `score` for a Score Job. */
  stage: `${group}/stage`,
  /** The version that a server's pod serves. */
  version: `${group}/version`,
  component: 'app.kubernetes.io/component',
  managedBy: 'app.kubernetes.io/managed-by',
} as const;

/** Values of `labels.component`. */
export const components = { stage: 'stage', server: 'server', score: 'score' } as const;

export const annotations = {
  /** `"true"` on a TrainingRun approved it in version 0.1; now `promotion.approvedRun` of the Model does. */
  approved: `${group}/approved`,
  /** On a stage's Job: the start of the run, ISO 8601; Fetch uses it as the current time. */
  startedAt: `${group}/started-at`,
  /** On a stage's Job: digest of the template rendered from the run's spec. */
  template: `${group}/template`,
  /** On every child of a Model: digest of the last applied desired state. */
  applied: `${group}/applied`,
  /** On every child of a Model: the operator that last applied it, as the namespace and name of its Lease. */
  appliedBy: `${group}/applied-by`,
  /** On a child that was taken over from another operator or manager: how often, when and from whom, as JSON. */
  contention: `${group}/contention`,
} as const;

/** The operator's name in `managedFields` and as the reporting controller of Events. */
export const fieldManager = 'bellwether';
