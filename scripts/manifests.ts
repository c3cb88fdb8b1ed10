/**
 * Writes what is made from the chart: the table of values in its README, the alerts as a plain file, and with Helm the
 * operator's manifests for people without it. With `--check` it writes none and fails where one differs.
 */
import { join } from 'node:path';
import { alertRules } from './generated/alert-rules.ts';
import { isCheck, keepFiles } from './generated/keep-files.ts';
import { findHelm, operatorManifests } from './generated/operator-manifests.ts';
import { withValuesTable } from './generated/values-table.ts';

const chart = join(import.meta.dirname, '../charts/bellwether');
const check = isCheck();

const files = new Map([
  ['charts/bellwether/README.md', await withValuesTable(chart)],
  ['manifests/monitoring/rules.yaml', await alertRules(chart)],
]);
const helm = await findHelm();
if (helm !== null) {
  files.set('manifests/operator/operator.yaml', await operatorManifests(helm, chart));
} else if (!check) {
  process.stderr.write('without helm, manifests/operator/operator.yaml stays as it is\n');
}
await keepFiles(files, check, "not as the chart says: run 'make manifests'");
