/** The training rows of the served models, as the Features stage wrote them. */
import type { Matrix } from '../../models/matrix.ts';
import { sliceRows } from '../../models/matrix.ts';
import type { LoadedModel } from '../model.ts';
import type { Services } from '../services.ts';
import { ways } from './input-drifts.ts';

/**
 * Loads the training rows of the served model, if there is one, for the comparison with inputs. Never rejects: a server
 * that cannot measure drift still predicts.
 */
export async function compareWithTraining({ state, log }: Pick<Services, 'state' | 'log'>): Promise<void> {
  if (state.served === null) return;
  const { model, drift } = state.served;
  try {
    const rows = await trainingRows(model);
    for (const way of ways) drift[way].compareWith(rows);
  } catch (error) {
    log.warn({ error }, 'no drift is measured: the training rows cannot be read');
  }
}

/** @throws Failure naming the file when it was changed after the model was loaded. */
async function trainingRows({ stages }: LoadedModel): Promise<Matrix> {
  // Loaded here: a start should not wait for code that parses tables.
  const { readDataset } = await import('../../pipeline/dataset.ts');
  const { x, description } = await readDataset({ input: (stage, file) => stages[stage].read(file) });
  return sliceRows(x, description.training.fromRow, description.training.toRow);
}
