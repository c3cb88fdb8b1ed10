import assert from 'node:assert/strict';
import type { ModelStatus } from '../../src/api/model.ts';
import type { TrainingRunSpec, TrainingRunStatus } from '../../src/api/training-run.ts';
import type { ColumnPath } from '../../src/crd/json-path.ts';

type RunPath = ColumnPath<{ spec: TrainingRunSpec; status: TrainingRunStatus }>;
type ModelPath = ColumnPath<{ status: ModelStatus }>;

/** The compiler is the test: each line with an error must have one. */
describe('paths of columns', () => {
  it('lead to fields and to figures, and to no others', () => {
    const paths: (RunPath | ModelPath)[] = [
      '.spec.symbol',
      '.status.metrics.rmse',
      '.status.champion.metrics.walkForwardKnownPartAccuracy',
      '.status.live.windows[?(@.window==60)].figures.rmseRatio',
      // @ts-expect-error no such field
      '.spec.symbool',
      // @ts-expect-error no such figure
      '.status.metrics.rmsee',
      // @ts-expect-error no such live figure
      '.status.live.windows[?(@.window==60)].figures.dieboldMarianoPValue',
      // @ts-expect-error no such window
      '.status.live.windows[?(@.window==61)].figures.rmseRatio',
      // @ts-expect-error a list is no single value
      '.spec.regressor.maxDepth',
    ];
    assert.equal(paths.length, 9);
  });
});
