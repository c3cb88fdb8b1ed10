/** Prints the state of namespaces: node test/e2e/harness/print-diagnosis.ts NAMESPACE... */
import { diagnose } from '../../../support/cluster/diagnose.ts';

for (const namespace of process.argv.slice(2)) {
  process.stdout.write(`\n=== namespace ${namespace}\n${await diagnose(namespace)}\n`);
}
