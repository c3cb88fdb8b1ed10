/** Policy Manual: a run that is good enough waits for a person, and not for ever. */
import type { JudgedRun } from '../types.ts';
import { type Challenger, type Judgement, judge } from './judge.ts';
import type { Ledger } from './ledger.ts';
import { reasons } from './reasons.ts';

/** Whether a person, or the policy since, lets the run be promoted. */
export function isApproved(ledger: Ledger, { run }: JudgedRun): boolean {
  return run.approved || ledger.spec.promotion.policy === 'Automatic';
}

/** What tells a person how to approve. */
export function awaitingMessage({ run }: JudgedRun, why: string): string {
  return `${why} It waits for approval: kubectl annotate trainingrun ${run.name} bellwether.dev/approved=true`;
}

/**
 * Looks again at a run that waits. Only the newest that qualifies may be approved, and only against the champion that
 * it was compared with: otherwise it is settled, with the reason. No new look at the holdout is counted.
 */
export function reconsider(ledger: Ledger, waiting: JudgedRun): void {
  const { run, status } = waiting;
  const { version, metrics = {} } = status;
  const judgement = judgeAgain(ledger, { version, metrics });
  const newer = newerWaiting(ledger, run.uid);
  if (version === undefined || judgement.outcome !== 'Promoted') {
    ledger.record(waiting, judgement);
  } else if (newer !== undefined) {
    ledger.record(waiting, {
      outcome: 'Inconclusive',
      reason: reasons.superseded,
      message: `The newer run ${newer} qualifies too and waits for approval in its place.`,
    });
  } else if (ledger.spec.pinnedRun === undefined && isApproved(ledger, waiting)) {
    ledger.promote({ run: run.name, version, metrics });
    const message = `Approved. ${judgement.message}`;
    ledger.record(waiting, { outcome: 'Promoted', reason: reasons.approved, message });
  }
}

/** What was gained on these days when it was first judged stays gained: later looks at them take nothing away. */
function judgeAgain({ champion, spec }: Ledger, challenger: Challenger): Judgement {
  return judge(challenger, { champion, requirements: spec.promotion.requirements, looks: 1 });
}

/** The name of a run that began to wait after the one of this uid. */
function newerWaiting({ history }: Ledger, uid: string): string | undefined {
  const seen = new Set<string>();
  for (const { run, runUid, outcome } of history) {
    if (runUid === uid) return undefined;
    if (runUid === undefined || seen.has(runUid)) continue;
    seen.add(runUid);
    if (outcome === 'AwaitingApproval') return run;
  }
  return undefined;
}
