/** Reads a TrainingRun from YAML or JSON text, with an error for each invalid field. */
import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { problemsOf } from '../api/problems.ts';
import { type TrainingRun, trainingRunSchema } from '../api/training-run.ts';
import { Failure, messageOf } from '../failure.ts';

/** @throws Failure InvalidSpec naming the file, or each invalid field and its rule. */
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
  return parseRunText(text, path);
}

/** @param text YAML or JSON. @param origin its name in messages. @throws Failure InvalidSpec as `readRunFile`. */
export function parseRunText(text: string, origin: string): TrainingRun {
  let document: unknown;
  try {
    document = load(text);
  } catch (error) {
    throw new Failure('InvalidSpec', `${origin} is not YAML: ${messageOf(error)}`, {}, error);
  }
  return parseRun(document, origin);
}

/** @throws Failure InvalidSpec naming each invalid field and its rule. */
export function parseRun(document: unknown, origin: string): TrainingRun {
  const result = trainingRunSchema.safeParse(document);
  if (result.success) return result.data;
  const problems = problemsOf(result.error);
  throw new Failure('InvalidSpec', `${origin}: ${problems.join('; ')}`, { problems });
}
