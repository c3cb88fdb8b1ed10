/** Every program under one name: `bellwether stage|server|operator …` loads the one it is asked for, and only that. */
import { exitCodes } from '../src/failure.ts';

const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  stage: () => import('./stage.ts'),
  server: () => import('./server.ts'),
  operator: () => import('./operator.ts'),
};

const usage = `Usage: bellwether stage|server|operator [options]

  stage fetch|features|train|evaluate   runs one stage of a TrainingRun
  stage score                           scores the forecasts of what serves
  server                                serves a model over HTTP
  operator                              looks after the TrainingRuns and Models of a cluster

'bellwether <program> --help' lists its options.
`;

/**
 * As process 1 of a container a program is sent no signal that it does not listen to. Until the program listens
 * itself, being told to stop ends it.
 */
function stopWhileLoading(): void {
  const stop = () => process.exit(exitCodes.transient);
  process.on('SIGTERM', stop);
  process.on('newListener', event => {
    // Once the other is there: without any listener Node would stop listening to the signal.
    if (event === 'SIGTERM') queueMicrotask(() => process.off('SIGTERM', stop));
  });
}

const [name = ''] = process.argv.splice(2, 1);
const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
if (program !== undefined) {
  stopWhileLoading();
  // From here on the arguments are those of a program that was started by itself.
  await program();
} else if (name === '--help' || name === '-h') {
  process.stdout.write(usage);
} else {
  process.stderr.write(
    `bellwether: ${name === '' ? 'say which program' : `no program '${name}'`}\n\n${usage}`,
  );
  process.exitCode = exitCodes.usage;
}
