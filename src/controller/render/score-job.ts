/** The Job that fetches the bars that have come since, and scores what serves or served by them. */
import { labels } from '../../api/group.ts';
import type { ModelSpec } from '../../api/model.ts';
import { scoreName } from '../../api/stage-report.ts';
import { formatTenures, type Tenure } from '../../api/tenures.ts';
import { apiVersionOf, type KubernetesObject } from '../../kubernetes/resource.ts';
import { scoreJobName } from '../names.ts';
import type { Settings } from '../observation.ts';
import { jobs, models } from '../resources.ts';
import { formatTime } from '../time.ts';
import type { Owner } from './child.ts';
import { claimNameOf } from './claim.ts';
import { controlledBy } from './owner.ts';
import { artifactsPath, componentLabels, renderPodTemplate, terminationMessagePath } from './pod.ts';
import { podFailurePolicy, stageContainer } from './stage-job.ts';

export interface ScoreJobInput {
  readonly settings: Settings;
  readonly model: Owner;
  readonly spec: ModelSpec;
  /** The published version that serves. */
  readonly champion: string;
  /** Since when it and those before it serve or served, oldest first. */
  readonly tenures: readonly Tenure[];
  /** Of the schedule, milliseconds since the epoch: the same time gives the same name. */
  readonly time: number;
}

const limits = {
  backoffLimit: 2,
  activeDeadlineSeconds: 900,
  // Its figures are in the Model's status by then; a day is for people who want to read its log.
  ttlSecondsAfterFinished: 86_400,
};
const resources = { requests: { cpu: '100m', memory: '192Mi' }, limits: { memory: '512Mi' } };

/** The Job as it is created. Its pod is placed as the servers' pods are: it needs the same volume. */
export function renderScoreJob(input: ScoreJobInput): KubernetesObject {
  const { settings, model, spec, champion, tenures, time } = input;
  const stage = scoreName.toLowerCase();
  const ours = { ...componentLabels(model.name, 'score'), [labels.stage]: stage };
  return {
    apiVersion: apiVersionOf(jobs),
    kind: jobs.kind,
    metadata: {
      name: scoreJobName(model.name, time),
      namespace: model.namespace,
      labels: ours,
      ownerReferences: [controlledBy(models, model)],
    },
    spec: {
      ...limits,
      podReplacementPolicy: 'Failed',
      podFailurePolicy: podFailurePolicy(),
      template: renderPodTemplate({
        settings,
        template: spec.serving.podTemplate,
        labels: ours,
        claimName: claimNameOf(model.name, spec),
        artifactsReadOnly: false,
        container: { name: stageContainer, args: ['stage', stage] },
        env: {
          BELLWETHER_MODEL: model.name,
          BELLWETHER_CHAMPION: champion,
          BELLWETHER_TENURES: formatTenures(tenures),
          BELLWETHER_ARTIFACTS: artifactsPath,
          BELLWETHER_REPORT: terminationMessagePath,
          BELLWETHER_NOW: formatTime(time),
          ...(settings.yahooHost === null ? {} : { YAHOO_QUERY_HOST: settings.yahooHost }),
        },
        resources,
        spec: { restartPolicy: 'Never' },
      }),
    },
  };
}
