/** Many rows through every tree. */
import type { Matrix } from '../matrix.ts';
import { classCount, type Forest } from './forest.ts';
import { voteRisk } from './vote.ts';

export interface RiskPrediction {
  /** 0, 1 or 2 for each row. */
  readonly levels: Uint8Array;
  /** Three vote shares for each row. */
  readonly probabilities: Float64Array;
}

export function predictRisk(forest: Forest, x: Matrix): RiskPrediction {
  const levels = new Uint8Array(x.rows);
  const probabilities = new Float64Array(x.rows * classCount);
  const shares = new Float64Array(classCount);
  for (let row = 0; row < x.rows; row++) {
    levels[row] = voteRisk(forest, x.values, row * x.columns, shares);
    probabilities.set(shares, row * classCount);
  }
  return { levels, probabilities };
}
