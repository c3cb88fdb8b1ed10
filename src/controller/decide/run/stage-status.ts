/** Steps of one stage's status. */
import type { StageStatus } from '../../../api/training-run.ts';

/** The status with nothing said against the stage. */
export function withoutProblem(status: StageStatus): StageStatus {
  const { reason: _reason, message: _message, ...rest } = status;
  return rest;
}
