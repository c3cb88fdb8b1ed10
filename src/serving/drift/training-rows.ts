/** The rows that the served models were trained on, as the Features stage wrote them. */
import type { Matrix } from '../../models/matrix.ts';
import { sliceRows } from '../../models/matrix.ts';
import type { LoadedModel } from '../model.ts';
import type { Services } from '../services.ts';
import { ways } from './input-drifts.ts';

/**
 * Gives the model in service, if there is one, its training rows to compare inputs with. Never rejects: a server that cannot
 * tell of drift still predicts.
 */
export async function compareWithTraining({ state, log }: Pick<Services, 'state' | 'log'>): Promise<void> {
  if (state.served === null) return;
  const { model, drift } = state.served;
  try {
    const rows = await trainingRows(model);
    for (const way of ways) drift[way].compareWith(rows);
  } catch (error) {
    log.warn({ error }, 'inputs are not compared with the training rows: these cannot be read');
  }
}

/** @throws Failure naming the file when one was altered since the model was loaded. */
async function trainingRows({ stages }: LoadedModel): Promise<Matrix> {
  // Loaded now: parsing tables is nothing that a start should wait for.
  const { readDataset } = await import('../../pipeline/dataset.ts');
  const { x, description } = await readDataset({ input: (stage, file) => stages[stage].read(file) });
  return sliceRows(x, description.training.fromRow, description.training.toRow);
}
