/** Runs the tasks of `/predict_batch`, without threads. */
import { predictReturns } from '../../models/booster/predict.ts';
import { predictRisk } from '../../models/forest/predict.ts';
import { emptyTally, returnBuckets, tallyValue } from '../../observability/tally.ts';
import { windowRows } from '../drift/input-drift.ts';
import type { PredictionCounts } from '../prediction-recorder.ts';
import { type Block, BlockReader, type Rows } from './block-reader.ts';
import { type Format, RowWriter } from './row-writer.ts';
import type { Answer, BatchModel, BatchTask, Upload } from './tasks.ts';

export class BatchProcessor {
  readonly #model: BatchModel;
  readonly #writers = new Map<Format, RowWriter>();
  /** Readers of raw bars, by upload: each holds the state of its series. */
  readonly #readers = new Map<number, BlockReader>();

  constructor(model: BatchModel) {
    this.#model = model;
  }

  run(task: BatchTask): Rows | Answer | undefined {
    switch (task.kind) {
      case 'answer':
        return this.#answer(task.upload, this.#readerOf(task.upload).read(task.block), task.memory);
      case 'featurize':
        return this.#featurize(task.upload, task.block);
      case 'predict':
        return this.#answer(task.upload, task.rows, task.memory);
      case 'forget':
        this.#readers.delete(task.id);
        return undefined;
    }
  }

  #featurize(upload: Upload, block: Block): Rows {
    const reader = this.#readers.get(upload.id) ?? this.#readerOf(upload);
    this.#readers.set(upload.id, reader);
    return reader.read(block);
  }

  #readerOf({ layout, onError }: Upload): BlockReader {
    return new BlockReader(layout, onError, this.#model.features, this.#model.windows);
  }

  #answer({ format }: Upload, rows: Rows, memory: ArrayBuffer | undefined): Answer {
    const { booster, forest } = this.#model;
    const x = {
      rows: rows.rows - rows.firstReady,
      columns: rows.columns,
      values: rows.values.subarray(rows.firstReady * rows.columns, rows.rows * rows.columns),
    };
    const risk = predictRisk(forest, x);
    const returns = predictReturns(booster, x);
    return {
      bytes: this.#writerOf(format).write(rows, returns, risk, memory),
      rows: rows.rows,
      warmingUp: rows.firstReady,
      counts: countPredictions(returns, risk.levels),
      inputs: x.values.slice(Math.max(0, x.rows - windowRows) * x.columns),
      badRows: rows.badRows,
      problems: rows.problems,
    };
  }

  #writerOf(format: Format): RowWriter {
    let writer = this.#writers.get(format);
    if (writer === undefined) {
      writer = new RowWriter(format, this.#model.forest.trees);
      this.#writers.set(format, writer);
    }
    return writer;
  }
}

function countPredictions(predictedReturns: Float64Array, levels: Uint8Array): PredictionCounts {
  const returns = emptyTally(returnBuckets);
  for (const value of predictedReturns) tallyValue(returns, returnBuckets, value);
  const risks: [number, number, number] = [0, 0, 0];
  for (const level of levels) risks[level as 0 | 1 | 2] += 1;
  return { returns, risks };
}
