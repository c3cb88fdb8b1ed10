/**
 * Mocha's own reporter, which at each failure prints what is in the test's namespaces: at once, since the hooks that come
 * after it delete them, and a run that is cut off never gets to its list of failures. Hooks fail too, and an `afterEach`
 * would learn nothing of a failed `before`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Mocha from 'mocha';
import { namespaces } from './namespace.ts';

const program = join(import.meta.dirname, 'print-diagnosis.ts');

/** Listeners can't wait, so a process of its own does. Whatever becomes of it, the failure stays what it is. */
function printDiagnosis(): void {
  spawnSync(process.execPath, [program, ...namespaces], { stdio: 'inherit', timeout: 60_000 });
}

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, printDiagnosis);
  }
}
