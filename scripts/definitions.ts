/**
 * Writes the files that are generated from the code: CustomResourceDefinitions, the API reference and the list of metrics.
 * With `--check` it writes nothing and fails if one of them differs.
 */
import { generatedFiles } from '../src/crd/files.ts';
import { apiReference } from './generated/api-reference.ts';
import { isCheck, keepFiles } from './generated/keep-files.ts';
import { metricsPage } from './generated/metrics-table.ts';

const files = new Map([
  ...generatedFiles(),
  ['docs/api.md', await apiReference()],
  ['docs/metrics.md', metricsPage()],
]);
await keepFiles(files, isCheck(), "out of date: run 'make generate'");
