/** The operator's program: reconciles the TrainingRuns and Models of a cluster until SIGTERM or SIGINT. */
import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ExitCode, exitCodeOf, exitCodes, Failure, messageOf } from '../src/failure.ts';

// The code compiled at one start halves the time of the next. Only imports after this call benefit, hence those below.
enableCompileCache();

const { createLogger, standardOutput } = await import('../src/observability/log.ts');
const { operatorHelp, readOperatorConfig, service } = await import('../src/controller/config.ts');

const output = standardOutput();
/** The log contains JSON lines only, so Node's warnings and the reason of an exit are logged too. */
const log = createLogger('info', output, service);

function exit(exitCode: ExitCode, about: object, message: string): never {
  log.fatal(about, message);
  process.exit(exitCode);
}

/** A Failure is logged without its stack. */
function fail(error: unknown): never {
  exit(exitCodeOf(error), error instanceof Failure ? { reason: error.reason } : { error }, messageOf(error));
}

/**
 * Collects the garbage of the start and of the first lists, and returns its memory to the system: 80 MB become 70 MB.
 * V8 would keep it, since an idle operator allocates too little to start a full collection. Blocks for some 50 ms.
 */
function releaseMemory(): void {
  setFlagsFromString('--expose-gc');
  // Only contexts that are created after the flag was set have the function.
  const gc: NodeJS.GCFunction = runInNewContext('gc');
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

async function main(): Promise<number> {
  const config = readOperatorConfig(process.argv.slice(2), process.env);
  if (config === null) {
    console.log(operatorHelp());
    return exitCodes.ok;
  }
  const stop = new Promise<null>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(null));
  });
  const { createClient, loadConnection } = await import('../src/kubernetes/http-client.ts');
  const { startOperator } = await import('../src/controller/operator.ts');
  const connection = loadConnection();
  const started = startOperator(config, options => createClient(connection, options), output);
  const operator = await Promise.race([stop, started]);
  if (operator === null) return exitCodes.ok;
  void operator.synced.then(releaseMemory);
  const reason = await Promise.race([stop, operator.lost]);
  if (reason !== null) {
    exit(exitCodes.transient, { lease: config.leaseName, cause: reason }, 'the lease was lost');
  }
  await operator.close();
  return exitCodes.ok;
}

process.removeAllListeners('warning');
process.on('warning', error => log.warn({ error }, error.message));
process.on('uncaughtException', fail);
try {
  process.exit(await main());
} catch (error) {
  fail(error);
}
