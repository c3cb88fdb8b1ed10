/** Serves the models of one run over HTTP until SIGTERM or SIGINT. */
import { enableCompileCache } from 'node:module';
import { exitCodeOf, exitCodes, messageOf } from '../src/failure.ts';

// A cache of compiled code halves the start time. It applies to imports after this call, hence the dynamic ones below.
enableCompileCache();

async function main(): Promise<number> {
  const { readServerConfig, serverHelp } = await import('../src/config.ts');
  const config = readServerConfig(process.argv.slice(2), process.env);
  if (config === null) {
    console.log(serverHelp());
    return exitCodes.ok;
  }
  const stop = new Promise<undefined>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(undefined));
  });
  const { startServer } = await import('../src/serving/server.ts');
  const server = await startServer(config);
  const failure = await Promise.race([config.exitOnFailure ? server.loaded : stop, stop]);
  if (failure !== undefined) {
    const { reportFailure } = await import('../src/serving/report-failure.ts');
    await reportFailure(failure, config.report);
    return failure.exitCode;
  }
  await stop;
  await server.close();
  return exitCodes.ok;
}

try {
  // A file system that hangs while the model is read must not keep a stopped server alive.
  process.exit(await main());
} catch (error) {
  console.error(`server: ${messageOf(error)}`);
  process.exit(exitCodeOf(error));
}
