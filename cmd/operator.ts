/** Looks after TrainingRuns and Models of a cluster until it is told to stop. */
import { enableCompileCache } from 'node:module';
import { type ExitCode, exitCodeOf, exitCodes, Failure, messageOf } from '../src/failure.ts';

// Compiled code from the last start halves the time of the next; hence the imports further down, which come after.
enableCompileCache();

const { createLogger, standardOutput } = await import('../src/observability/log.ts');
const { operatorHelp, readOperatorConfig, service } = await import('../src/controller/config.ts');

const output = standardOutput();
/** Whoever reads a container's log reads JSON: what Node would print, and how the program ends, are lines of it too. */
const log = createLogger('info', output, service);

function end(exitCode: ExitCode, about: object, message: string): never {
  log.fatal(about, message);
  process.exit(exitCode);
}

/** What was foreseen needs no stack. */
function fail(error: unknown): never {
  end(exitCodeOf(error), error instanceof Failure ? { reason: error.reason } : { error }, messageOf(error));
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
  const reason = await Promise.race([stop, operator.lost]);
  if (reason !== null) {
    end(exitCodes.transient, { lease: config.leaseName, cause: reason }, 'the lease was lost');
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
