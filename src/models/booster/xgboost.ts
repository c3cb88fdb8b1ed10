/**
 * The one file that touches ml-xgboost (XGBoost 0.7 compiled to WebAssembly). It calls the compiled library's C
 * interface as the package's own wrapper does, except that the data go to the library's heap: the wrapper's way,
 * over its 5 MB stack, fails with "memory access out of bounds" above about 1.2 million values. Import it in worker
 * threads only: it blocks, and it holds 16 MB and more.
 */
import xgboost from 'ml-xgboost/dist/wasm/xgboost.js';
import { Failure } from '../../failure.ts';
import type { Matrix } from '../matrix.ts';
import type { BoosterParameters } from './parameters.ts';
import { checkTrainingSet } from './training-set.ts';

export interface XgboostParameters extends BoosterParameters {
  /** Where every prediction starts: the mean of the labels. */
  readonly base: number;
  /** Without effect as long as nothing is sampled. */
  readonly seed: number;
}

/** The library takes this value for "missing", whatever the column. */
const missingMarker = -1;
/** The next float32 toward zero: no threshold between other values separates the two. */
const besideMarker = Math.fround(-1 + 2 ** -24);

/** What the library printed since the last training began: the only place where it reports the cause of an error. */
let printed: string[] = [];
xgboost.print = line => printed.push(line);
xgboost.printErr = line => printed.push(line);
removeExceptionHandler();

/** Trains one model. Returns it in XGBoost's binary format. @throws Failure TooLarge, TrainingFailed */
export async function trainXgboost(
  x: Matrix,
  y: Float64Array,
  parameters: XgboostParameters,
): Promise<Uint8Array> {
  checkTrainingSet(x, y);
  await xgboost.isReady;
  printed = [];
  const allocated: number[] = [];
  let model = 0;
  try {
    const values = toHeap(withoutMarker(x.values), allocated);
    const labels = toHeap(new Float32Array(y), allocated);
    model = xgboost._create_model(values, labels, x.rows, x.columns);
    const setParameter = xgboost.cwrap('set_param', null, ['number', 'string', 'string']);
    for (const [name, value] of Object.entries(everyParameter(parameters))) {
      setParameter(model, name, String(value));
    }
    xgboost._train_full_model(model, parameters.rounds);
    return saved(model);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('TrainingFailed', `XGBoost: ${causeOf(error)}`, { parameters }, error);
  } finally {
    if (model !== 0) xgboost._free_memory_model(model);
    for (const pointer of allocated) xgboost._free(pointer);
  }
}

/** A C++ exception arrives as a number, or as a string that starts with it; its text, if any, was printed. */
function causeOf(error: unknown): string {
  const outOfRange = 'a C++ exception, as it throws when a parameter is out of range';
  return printed.at(-1) ?? (error instanceof Error ? error.message : outOfRange);
}

/** Sets every parameter: the package's defaults (half of the rows a round, base score 0.5) are not XGBoost's. */
function everyParameter(parameters: XgboostParameters): Record<string, string | number> {
  return {
    booster: 'gbtree',
    objective: 'reg:linear',
    tree_method: 'exact',
    base_score: parameters.base,
    eta: parameters.learningRate,
    max_depth: parameters.maxDepth,
    min_child_weight: parameters.minChildWeight,
    gamma: 0,
    lambda: 1,
    alpha: 0,
    max_delta_step: 0,
    subsample: 1,
    colsample_bytree: 1,
    colsample_bylevel: 1,
    seed: parameters.seed,
    silent: 1,
  };
}

/** The values as float32, none of which the library takes for missing: a true -1 moves by one float32. */
export function withoutMarker(values: Float64Array): Float32Array {
  return new Float32Array(values).map(value => (value === missingMarker ? besideMarker : value));
}

/** The library's address of a copy, noted in `allocated` to be freed. */
function toHeap(numbers: Float32Array, allocated: number[]): number {
  const pointer = xgboost._malloc(numbers.byteLength);
  if (pointer === 0) throw new Failure('TooLarge', `no memory for ${numbers.length} values`);
  allocated.push(pointer);
  xgboost.HEAPF32.set(numbers, pointer / 4);
  return pointer;
}

function saved(model: number): Uint8Array {
  const size = xgboost._save_model(model);
  if (size < 0) throw new Failure('TrainingFailed', 'XGBoost could not save its model');
  const pointer = xgboost._malloc(size);
  try {
    xgboost._get_file_content(pointer, size);
    return xgboost.HEAPU8.slice(pointer, pointer + size);
  } finally {
    xgboost._free(pointer);
  }
}

/**
 * Emscripten's start-up code installs a handler that rethrows every uncaught exception from inside the handler,
 * which hides the process's own handlers. It names its class `ExitStatus`; nothing else does.
 */
function removeExceptionHandler(): void {
  // biome-ignore lint/style/noRestrictedGlobals: undoes what the library does to the process
  const thread = process;
  for (const handler of thread.listeners('uncaughtException')) {
    if (String(handler).includes('ExitStatus')) thread.removeListener('uncaughtException', handler);
  }
}
