/** The Job that fetches the newest bars and scores the forecasts of the current and earlier champions against them. */
import { labels } from '../../api/group.ts';
import type { ModelSpec } from '../../api/model.ts';
import { scoreName } from '../../api/stage-report.ts';
import { formatTenures, type Tenure } from '../../api/tenures.ts';
import { apiVersionOf, type Manifest } from '../../kubernetes/resource.ts';
import type { V1Job } from '../../kubernetes/types.ts';
import { scoreJobName } from '../names.ts';
import type { Settings } from '../observation.ts';
import { jobs, models } from '../resources.ts';
import { formatTime } from '../time.ts';
import { artifactsPath, scoreMounts } from './artifacts.ts';
import { controlledBy, type Owner } from './child.ts';
import { claimNameOf } from './claim.ts';
import { componentLabels, renderPodTemplate, terminationMessagePath } from './pod.ts';
import { podFailurePolicy, stageContainer } from './stage-job.ts';

export interface ScoreJobInput {
  readonly settings: Settings;
  readonly model: Owner;
  readonly spec: ModelSpec;
  /** The published version that serves. */
  readonly champion: string;
  /** Since when it and each earlier champion has served, oldest first. */
  readonly tenures: readonly Tenure[];
  /** The scheduled time, in milliseconds since the epoch; the Job's name follows from it. */
  readonly time: number;
}

const limits = {
  backoffLimit: 2,
  activeDeadlineSeconds: 900,
  // The Model's status keeps the figures; the Job is kept for a day so that its log can be read.
  ttlSecondsAfterFinished: 86_400,
};
const resources = { requests: { cpu: '100m', memory: '192Mi' }, limits: { memory: '512Mi' } };

/** Its pod uses the servers' pod template, since it mounts the same volume. */
export function renderScoreJob(input: ScoreJobInput): Manifest<V1Job> {
  const { settings, model, spec, champion, tenures, time } = input;
  const stage = scoreName.toLowerCase();
  const jobLabels = { ...componentLabels(model.name, 'score'), [labels.stage]: stage };
  return {
    apiVersion: apiVersionOf(jobs),
    kind: jobs.kind,
    metadata: {
      name: scoreJobName(model.name, time),
      namespace: model.namespace,
      labels: jobLabels,
      ownerReferences: [controlledBy(models, model)],
    },
    spec: {
      ...limits,
      podReplacementPolicy: 'Failed',
      podFailurePolicy: podFailurePolicy(),
      template: renderPodTemplate({
        settings,
        template: spec.serving.podTemplate,
        labels: jobLabels,
        claimName: claimNameOf(model.name, spec),
        artifacts: scoreMounts(model.name),
        container: { name: stageContainer, args: ['stage', stage] },
        env: {
          BELLWETHER_MODEL: model.name,
          BELLWETHER_CHAMPION: champion,
          BELLWETHER_TENURES: formatTenures(tenures),
          BELLWETHER_ARTIFACTS: artifactsPath,
          BELLWETHER_REPORT: terminationMessagePath,
          BELLWETHER_NOW: formatTime(time),
          ...settings.sourceEnvironment,
        },
        resources,
        spec: { restartPolicy: 'Never' },
      }),
    },
  };
}
