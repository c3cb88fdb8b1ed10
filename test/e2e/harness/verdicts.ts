/** Invalid specs, and a dry run of many objects in one call. */
import { attempt } from '../../../support/cluster/kubectl.ts';

export interface Refusal {
  readonly kind: 'TrainingRun' | 'Model';
  /** Name of the object, where the name is invalid. */
  readonly name?: string;
  readonly spec: unknown;
  /** The field that the error message must name. */
  readonly field: string;
}

const run = (spec: unknown, field: string, name?: string): Refusal => ({
  kind: 'TrainingRun',
  spec,
  field,
  ...(name !== undefined && { name }),
});
const model = (spec: unknown, field: string, name?: string): Refusal => ({
  ...run(spec, field, name),
  kind: 'Model',
});

export const refusals: readonly Refusal[] = [
  run(undefined, 'spec'),
  run({ symbool: 'MSFT' }, 'spec.symbool'),
  run({ data: { sauce: 'Yahoo' } }, 'spec.data.sauce'),
  run({ symbol: 'a/../b' }, 'spec.symbol'),
  run({ seed: 1.5 }, 'spec.seed'),
  run({ seed: '1' }, 'spec.seed'),
  run({ model: 'Upper' }, 'spec.model'),
  run({ data: { start: '2021-02-29' } }, 'spec.data.start'),
  run({ data: { start: '2021-01-01', end: '2020-01-01' } }, 'spec.data.end'),
  run({ data: { start: '2021-01-01', lookbackDays: 100 } }, 'spec.data.lookbackDays'),
  run({ data: { source: 'File' } }, 'spec.data.volume'),
  run({ data: { volume: { configMapName: 'bars', path: 'a.csv' } } }, 'spec.data.volume'),
  run({ data: { source: 'File', volume: { path: 'a.csv' } } }, 'spec.data.volume.claimName'),
  run(
    { data: { source: 'File', volume: { claimName: 'a', configMapName: 'b', path: 'a.csv' } } },
    'spec.data.volume.claimName',
  ),
  run({ data: { source: 'File', volume: { claimName: 'a' } } }, 'spec.data.volume.path'),
  run({ data: { source: 'File', volume: { claimName: 'a', path: '/a' } } }, 'spec.data.volume.path'),
  run({ data: { source: 'File', volume: { claimName: 'a', path: 'b/../../a' } } }, 'spec.data.volume.path'),
  run({ data: { source: 'File', volume: { claimName: 'a', path: '..' } } }, 'spec.data.volume.path'),
  run({ data: { source: 'File', volume: { claimName: 'a', path: 'b\nc' } } }, 'spec.data.volume.path'),
  run({ data: { source: 'File', volume: { claimName: 'a/b', path: 'a' } } }, 'spec.data.volume.claimName'),
  run({ data: { path: '/bars.csv' } }, 'spec.data.path'),
  run({ data: { source: 'Bloomberg' } }, 'spec.data.source'),
  run({ features: { shortWindow: 50 } }, 'spec.features.shortWindow'),
  run({ features: { volatilityWindow: 3 }, risk: { horizonDays: 2 } }, 'spec.risk.horizonDays'),
  run({ validation: { embargoDays: 0 } }, 'spec.validation.embargoDays'),
  run({ risk: { lowQuantile: 0 } }, 'spec.risk.lowQuantile'),
  run({ risk: { lowQuantile: 0.7 } }, 'spec.risk.lowQuantile'),
  run({ regressor: { maxDepth: [] } }, 'spec.regressor.maxDepth'),
  run({ regressor: { learningRate: [0] } }, 'spec.regressor.learningRate[0]'),
  run({ stages: [{ name: 'Train' }, { name: 'Train' }] }, 'spec.stages[1]'),
  run({ stages: [{ name: 'Serve' }] }, 'spec.stages[0].name'),
  run({ stages: [{ backoffLimit: 1 }] }, 'spec.stages[0].name'),
  run(
    { stages: [{ name: 'Train', resources: { limits: { memory: '1 GB' } } }] },
    'spec.stages[0].resources.limits.memory',
  ),
  run({ podTemplate: { securityContext: { runAsUser: 0 } } }, 'spec.podTemplate.securityContext.runAsUser'),
  run({ podTemplate: { containers: [] } }, 'spec.podTemplate.containers'),
  run({}, 'spec.model', '2fast'),
  run({}, 'spec.model', 'with.dot'),
  run({ model: 'fits' }, 'metadata.name', 'a'.repeat(64)),
  model(undefined, 'spec'),
  model({}, 'metadata.name', '2fast'),
  model({}, 'metadata.name', 'a'.repeat(54)),
  model({ serving: { replicas: -1 } }, 'spec.serving.replicas'),
  model({ serving: { autoscaling: {} } }, 'spec.serving.autoscaling.maxReplicas'),
  model(
    { serving: { autoscaling: { minReplicas: 3, maxReplicas: 2 } } },
    'spec.serving.autoscaling.minReplicas',
  ),
  model({ artifacts: { size: 'big' } }, 'spec.artifacts.size'),
  model({ promotion: { policy: 'Always' } }, 'spec.promotion.policy'),
  model({ promotion: { requirements: { significance: 1 } } }, 'spec.promotion.requirements.significance'),
  model({ schedule: { cron: '30 22 * * 1-5' } }, 'spec.runTemplate'),
  model({ schedule: { cron: 'every day' }, runTemplate: {} }, 'spec.schedule.cron'),
  model({ runTemplate: { spec: { model: 'other' } } }, 'spec.runTemplate.spec.model'),
  model(
    { runTemplate: { spec: { features: { longWindow: 5 } } } },
    'spec.runTemplate.spec.features.shortWindow',
  ),
];

/** Names of the objects that the API server accepts in a dry run; one call for all. */
export async function acceptance(objects: readonly object[]): Promise<ReadonlySet<string>> {
  const { stdout } = await attempt(['create', '--dry-run=server', '-o', 'name', '-f', '-'], ...objects);
  return new Set(stdout.split('\n').map(line => line.slice(line.indexOf('/') + 1)));
}
