/** The stories, in the order of the report. */
import { deletion } from './stories/deletion.ts';
import { failedRollout } from './stories/failed-rollout.ts';
import { failedStage } from './stories/failed-stage.ts';
import { firstRun } from './stories/first-run.ts';
import { furtherRun } from './stories/further-run.ts';
import { promotion } from './stories/promotion.ts';
import { rollBack } from './stories/roll-back.ts';
import { schedules } from './stories/schedule.ts';
import { scoring } from './stories/scoring.ts';
import { suspendAndResume } from './stories/suspend-and-resume.ts';
import { twoOperators } from './stories/two-operators.ts';
import { upgrade } from './stories/upgrade.ts';
import type { Story } from './story.ts';

export const stories: readonly Story[] = [
  firstRun,
  furtherRun,
  failedStage,
  suspendAndResume,
  promotion,
  rollBack,
  failedRollout,
  schedules,
  scoring,
  deletion,
  upgrade,
  twoOperators,
];
