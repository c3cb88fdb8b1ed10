/** Which bars a version was made from: what its Fetch found, and how it was asked. */
import { z } from 'zod';
import { artifactFiles, type FetchReport, fetchReportSchema } from '../../api/artifacts.ts';
import { problemsOf } from '../../api/problems.ts';
import { Failure } from '../../failure.ts';
import type { StoredStage } from '../artifacts.ts';
import { parseJsonArtifact } from '../json-artifact.ts';

/** Those of Fetch's parameters that bars asked for later must be asked by too. */
const parametersSchema = z.object({
  /** Longest gap between two bars that its spec accepts, in calendar days. */
  maximumGapDays: z.int(),
});

export type Fetched = FetchReport & z.output<typeof parametersSchema>;

/** @param stage Fetch's. @throws Failure InputMissing, InputAltered or InvalidArtifact. */
export async function readFetched(stage: StoredStage): Promise<Fetched> {
  const report = await stage.read(artifactFiles.fetchReport);
  const parameters = parametersSchema.safeParse(stage.manifest.parameters);
  if (!parameters.success) {
    const problems = problemsOf(parameters.error);
    throw new Failure('InvalidArtifact', `${stage.folder}: its parameters are not Fetch's`, { problems });
  }
  return {
    ...parseJsonArtifact(artifactFiles.fetchReport, report, fetchReportSchema),
    ...parameters.data,
  };
}
