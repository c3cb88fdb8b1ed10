/** What the main thread and the workers tell each other. Everything is plain data; large parts are moved, not copied. */
import type { Feature } from '../../api/artifacts.ts';
import type { FeatureWindows } from '../../features/windows.ts';
import type { Booster } from '../../models/booster/booster.ts';
import type { Forest } from '../../models/forest/forest.ts';
import type { PredictionCounts } from '../prediction-recorder.ts';
import type { Block, OnError, Rows } from './block-reader.ts';
import type { Layout } from './layout.ts';
import type { Problem } from './problem.ts';
import type { Format } from './row-writer.ts';

/** What a worker is started with. */
export interface BatchModel {
  readonly features: readonly Feature[];
  readonly windows: FeatureWindows;
  readonly booster: Booster;
  readonly forest: Forest;
}

/** An upload as the workers know it. */
export interface Upload {
  readonly id: number;
  readonly layout: Layout;
  readonly onError: OnError;
  readonly format: Format;
}

export type BatchTask =
  /** Indicators: read, predict and write in one go, on any worker. */
  | {
      readonly kind: 'answer';
      readonly upload: Upload;
      readonly block: Block;
      readonly memory?: ArrayBuffer | undefined;
    }
  /** Raw bars: read them and compute features; always on the upload's own worker, in order. */
  | { readonly kind: 'featurize'; readonly upload: Upload; readonly block: Block }
  /** Predict and write rows that another worker made; on any worker. */
  | {
      readonly kind: 'predict';
      readonly upload: Upload;
      readonly rows: Rows;
      readonly memory?: ArrayBuffer | undefined;
    }
  /** The upload has ended: drop what is kept of it. */
  | { readonly kind: 'forget'; readonly id: number };

export type WorkTask = Exclude<BatchTask, { kind: 'forget' }>;

/** The answer to a block. A task may bring `memory` of an earlier answer that has been sent, to be written again. */
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
  /** The memory of the block, to be filled again. */
  readonly spent?: ArrayBuffer;
  /** A bug's message: bad input is part of the result. */
  readonly error?: string;
}
