/** The messages between the main thread and the workers: plain data, whose large parts are moved instead of copied. */
import type { Feature } from '../../api/artifacts.ts';
import type { FeatureWindows } from '../../features/windows.ts';
import type { Booster } from '../../models/booster/booster.ts';
import type { Forest } from '../../models/forest/forest.ts';
import type { PredictionCounts } from '../prediction-recorder.ts';
import type { Block, OnError, Rows } from './block-reader.ts';
import type { Layout } from './layout.ts';
import type { Problem } from './problem.ts';
import type { Format } from './row-writer.ts';

/** A worker's start data. */
export interface BatchModel {
  readonly features: readonly Feature[];
  readonly windows: FeatureWindows;
  readonly booster: Booster;
  readonly forest: Forest;
}

/** What workers need of an upload. */
export interface Upload {
  readonly id: number;
  readonly layout: Layout;
  readonly onError: OnError;
  readonly format: Format;
}

export type BatchTask =
  /** Indicators: reads, predicts and writes a block, on any worker. */
  | {
      readonly kind: 'answer';
      readonly upload: Upload;
      readonly block: Block;
      readonly memory?: ArrayBuffer | undefined;
    }
  /** Raw bars: reads a block and computes features; on the upload's worker, in order. */
  | { readonly kind: 'featurize'; readonly upload: Upload; readonly block: Block }
  /** Predicts and writes the rows of a featurize task, on any worker. */
  | {
      readonly kind: 'predict';
      readonly upload: Upload;
      readonly rows: Rows;
      readonly memory?: ArrayBuffer | undefined;
    }
  /** The upload has ended: drops its state. */
  | { readonly kind: 'forget'; readonly id: number };

export type WorkTask = Exclude<BatchTask, { kind: 'forget' }>;

/** The answer to a block. A task may contain the `memory` of an answer that has been sent, to be reused. */
export interface Answer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly rows: number;
  readonly warmingUp: number;
  readonly counts: PredictionCounts;
  /** Features of the last predicted rows, `windowRows` at most. */
  readonly inputs: Float64Array<ArrayBuffer>;
  readonly badRows: number;
  readonly problems: readonly Problem[];
}

export type BatchResult<T extends WorkTask> = T extends { kind: 'featurize' } ? Rows : Answer;

export interface BatchReply {
  readonly result?: Rows | Answer;
  /** The memory of the block, to be reused. */
  readonly spent?: ArrayBuffer;
  /** A bug's message: bad input is part of the result. */
  readonly error?: string;
}
