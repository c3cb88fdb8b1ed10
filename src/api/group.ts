/** Names that other objects and other programs know Bellwether by. */

export const group = 'bellwether.dev';
export const apiVersion = `${group}/v1alpha1`;

/** On every object that the operator makes; its caches hold only what carries `model`. */
export const labels = {
  model: `${group}/model`,
  run: `${group}/run`,
  /** The stage's name in lower case; `score` on what scores what serves. */
  stage: `${group}/stage`,
  /** The version of the model that a server's pod serves. */
  version: `${group}/version`,
  component: 'app.kubernetes.io/component',
  managedBy: 'app.kubernetes.io/managed-by',
} as const;

/** Values of `labels.component`. */
export const components = { stage: 'stage', server: 'server', score: 'score' } as const;

export const annotations = {
  /** `"true"` on a TrainingRun lets a Model with promotion policy Manual promote it. */
  approved: `${group}/approved`,
  /** On a stage's Job: the run's start, ISO 8601, which Fetch takes as its "now". */
  startedAt: `${group}/started-at`,
  /** On a stage's Job: the digest of the template that the run's spec rendered. */
  template: `${group}/template`,
  /** On every child of a Model: the digest of the desired object that was last applied. */
  applied: `${group}/applied`,
} as const;

/** The operator's name in `managedFields`, and in Events as the reporting controller. */
export const fieldManager = 'bellwether';
