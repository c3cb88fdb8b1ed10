/** Looks after TrainingRuns and Models of a cluster until it is told to stop. */
import { enableCompileCache } from 'node:module';
import { exitCodeOf, exitCodes, messageOf } from '../src/failure.ts';

// Compiled code from the last start halves the time of the next; hence the imports further down, which come after.
enableCompileCache();

async function main(): Promise<number> {
  const { operatorHelp, readOperatorConfig } = await import('../src/controller/config.ts');
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
  const started = startOperator(config, options => createClient(connection, options));
  const operator = await Promise.race([stop, started]);
  if (operator === null) return exitCodes.ok;
  const reason = await Promise.race([stop, operator.lost]);
  if (reason !== null) {
    console.error(`operator: the lease was lost: ${reason}`);
    return exitCodes.transient;
  }
  await operator.close();
  return exitCodes.ok;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(`operator: ${messageOf(error)}`);
  process.exit(exitCodeOf(error));
}
