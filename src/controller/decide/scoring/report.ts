/** What the pod of a Score Job left as its last words. */
import { type ScoreReport, scoreReportSchema } from '../../../api/stage-report.ts';
import type { ContainerEnd } from '../../observation.ts';

/** Null for a container that has not ended, or has left no report. */
export function scoreReportOf(end: ContainerEnd | null): ScoreReport | null {
  if (end === null) return null;
  let document: unknown;
  try {
    document = JSON.parse(end.message);
  } catch {
    return null;
  }
  const parsed = scoreReportSchema.safeParse(document);
  return parsed.success ? parsed.data : null;
}
