/**
 * Mocha's spec reporter; at each failure it also prints the state of the test's namespaces. It does so immediately, because
 * later hooks delete the namespaces and an aborted run never prints its list of failures. An `afterEach` hook would not do:
 * it does not run when `before` fails.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Mocha from 'mocha';
import { namespaces } from '../../../support/cluster/namespace.ts';

const program = join(import.meta.dirname, 'print-diagnosis.ts');

/** Mocha's listeners are synchronous, so a child process does the work. Its own failure is ignored. */
function printDiagnosis(): void {
  spawnSync(process.execPath, [program, ...namespaces], { stdio: 'inherit', timeout: 60_000 });
}

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, printDiagnosis);
  }
}
