/**
 * Writes what is made from the code, CustomResourceDefinitions and the list of metrics; with `--check` it writes none
 * and fails where one differs.
 */
import { generatedFiles } from '../src/crd/files.ts';
import { isCheck, keepFiles } from './generated/keep-files.ts';
import { metricsPage } from './generated/metrics-table.ts';

const files = new Map([...generatedFiles(), ['docs/metrics.md', metricsPage()]]);
await keepFiles(files, isCheck(), "not as the code says: run 'make generate'");
