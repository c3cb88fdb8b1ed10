/** Runs one of the programs: `bellwether stage|server|operator …`. Only that program is loaded. */
import { exitCodes } from '../src/failure.ts';

const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  stage: () => import('./stage.ts'),
  server: () => import('./server.ts'),
  operator: () => import('./operator.ts'),
};

const usage = `Usage: bellwether stage|server|operator [options]

  stage fetch|features|train|evaluate   runs one stage of a TrainingRun
  stage score                           scores the forecasts of served models
  server                                serves a model over HTTP
  operator                              reconciles the TrainingRuns and Models of a cluster

'bellwether <program> --help' lists its options.
`;

/**
 * Exits on SIGTERM until the program has its own listener. Process 1 of a container receives only signals that it
 * listens to.
 */
function stopWhileLoading(): void {
  const stop = () => process.exit(exitCodes.transient);
  process.on('SIGTERM', stop);
  process.on('newListener', event => {
    // After the new listener was added: without any listener Node would stop handling the signal.
    if (event === 'SIGTERM') queueMicrotask(() => process.off('SIGTERM', stop));
  });
}

const [name = ''] = process.argv.splice(2, 1);
const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
if (program !== undefined) {
  stopWhileLoading();
  // process.argv is now the same as if the program had been started directly.
  await program();
} else if (name === '--help' || name === '-h') {
  process.stdout.write(usage);
} else {
  process.stderr.write(
    `bellwether: ${name === '' ? 'a program is required' : `no program '${name}'`}\n\n${usage}`,
  );
  process.exitCode = exitCodes.usage;
}
