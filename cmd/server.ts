/** Serves the models of one run over HTTP until it is told to stop. */
import { readServerConfig, serverHelp } from '../src/config.ts';
import { exitCodes, Failure, messageOf } from '../src/failure.ts';
import { startServer } from '../src/serving/server.ts';

async function main(): Promise<number> {
  const config = readServerConfig(process.argv.slice(2), process.env);
  if (config === null) {
    console.log(serverHelp());
    return exitCodes.ok;
  }
  const stop = new Promise<void>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
  const server = await startServer(config);
  await stop;
  await server.close();
  return exitCodes.ok;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`server: ${messageOf(error)}`);
  process.exitCode = error instanceof Failure ? error.exitCode : exitCodes.internal;
}
