/** Every program under one name: `bellwether stage|server|operator …` loads the one it is asked for, and only that. */
import { exitCodes } from '../src/failure.ts';

const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  stage: () => import('./stage.ts'),
  server: () => import('./server.ts'),
};

const usage = `usage: bellwether stage|server|operator [options]

  stage fetch|features|train|evaluate   runs one stage of a TrainingRun
  server                                serves a model over HTTP
  operator                              looks after the TrainingRuns and Models of a cluster

'bellwether <program> --help' lists its options.
`;

const [name = ''] = process.argv.splice(2, 1);
const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
if (program !== undefined) {
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
