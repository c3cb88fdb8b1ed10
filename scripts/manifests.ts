/**
 * Writes the chart's dashboards and the files that are generated from the chart: the comments of its values, the table of
 * values in its README, the alerts as a plain file and, if Helm is installed, the operator's manifests for users without
 * Helm. With `--check` it writes nothing and fails if one is not current.
 */
import { join } from 'node:path';
import { alertRules } from './generated/alert-rules.ts';
import { dashboardFiles } from './generated/dashboards.ts';
import { isCheck, keepFiles } from './generated/keep-files.ts';
import { findHelm, operatorManifests } from './generated/operator-manifests.ts';
import { withValuesComments, withValuesTable } from './generated/values-docs.ts';

const chart = join(import.meta.dirname, '../charts/bellwether');
const check = isCheck();

const files = new Map([
  ...dashboardFiles(),
  ['charts/bellwether/values.yaml', await withValuesComments(chart)],
  ['charts/bellwether/README.md', await withValuesTable(chart)],
  ['manifests/monitoring/rules.yaml', await alertRules(chart)],
]);
const helm = await findHelm();
if (helm !== null) {
  files.set('manifests/operator/operator.yaml', await operatorManifests(helm, chart));
} else if (!check) {
  process.stderr.write('helm is not installed: manifests/operator/operator.yaml is not updated\n');
}
await keepFiles(files, check, "not current: run 'make manifests'");
