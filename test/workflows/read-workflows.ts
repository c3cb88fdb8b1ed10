/** The workflows and actions of `.github`, as far as tests look into them. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';

export const root = join(import.meta.dirname, '../..');

const stepSchema = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  env: z.record(z.string(), z.unknown()).optional(),
  'timeout-minutes': z.int().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
export type Step = z.output<typeof stepSchema>;

const permissionsSchema = z.record(z.string(), z.string());

const jobSchema = z.object({
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  uses: z.string().optional(),
  permissions: permissionsSchema.optional(),
  'timeout-minutes': z.int().optional(),
  steps: z.array(stepSchema).default([]),
});

const workflowSchema = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: permissionsSchema,
  concurrency: z.object({ group: z.string(), 'cancel-in-progress': z.boolean() }).optional(),
  jobs: z.record(z.string(), jobSchema),
});

const actionSchema = z.object({ runs: z.object({ steps: z.array(stepSchema) }) });

/** A file by its path from the root of the repository. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

function sources(pattern: string): Source[] {
  return globSync(pattern, { cwd: root })
    .sort()
    .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** By their names, such as `ci`. */
export const workflows = new Map(
  sources('.github/workflows/*.yml').map(source => [
    source.path.replace(/^.*\/(.*)\.yml$/, '$1'),
    { ...source, ...workflowSchema.parse(load(source.text)) },
  ]),
);

export const actions = sources('.github/actions/*/action.yml').map(source => ({
  ...source,
  steps: actionSchema.parse(load(source.text)).runs.steps,
}));

export const sourceFiles: readonly Source[] = [...workflows.values(), ...actions];

export const steps: readonly Step[] = [
  ...[...workflows.values()].flatMap(({ jobs }) => Object.values(jobs).flatMap(job => job.steps)),
  ...actions.flatMap(action => action.steps),
];

export const commands: readonly string[] = steps.flatMap(({ run }) => run ?? []);

/** Every shell script of the repository, by its path from the root. */
export const shellScripts: readonly string[] = globSync(
  ['.ci/*', '.github/scripts/*', '{scripts,test}/**/*.sh'],
  { cwd: root },
);
