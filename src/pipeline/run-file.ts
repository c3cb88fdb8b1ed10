/** Reads a TrainingRun from YAML or JSON text and says field by field what is wrong with it. */
import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { problemsOf } from '../api/problems.ts';
import { type TrainingRun, trainingRunSchema } from '../api/training-run.ts';
import { Failure, messageOf } from '../failure.ts';

/** @throws Failure InvalidSpec that names the file, or each field and what it must be. */
export async function readRunFile(path: string): Promise<TrainingRun> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new Failure(
      'InvalidSpec',
      `cannot read the run file ${path}: ${messageOf(error)}`,
      { path },
      error,
    );
  }
  let document: unknown;
  try {
    document = load(text);
  } catch (error) {
    throw new Failure('InvalidSpec', `${path} is not YAML: ${messageOf(error)}`, { path }, error);
  }
  return parseRun(document, path);
}

/** @throws Failure InvalidSpec naming each field and what it must be. */
export function parseRun(document: unknown, origin: string): TrainingRun {
  const result = trainingRunSchema.safeParse(document);
  if (result.success) return result.data;
  const problems = problemsOf(result.error);
  throw new Failure('InvalidSpec', `${origin}: ${problems.join('; ')}`, { problems });
}
