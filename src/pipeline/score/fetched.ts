/** The bars that a version or a run was made from: the report and the parameters of its Fetch. */
import { z } from 'zod';
import { artifactFiles, type FetchReport, fetchReportSchema } from '../../api/artifacts.ts';
import { problemsOf } from '../../api/problems.ts';
import { Failure } from '../../failure.ts';
import type { StoredStage } from '../artifacts.ts';
import { parseJsonArtifact } from '../json-artifact.ts';

/** The parameters of Fetch that later bars must match. */
const parametersSchema = z.object({
  /** Where its requests were sent, such as `https://example.com`; null for a source that reads a file. */
  origin: z.string().nullable(),
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
    throw new Failure('InvalidArtifact', `${stage.folder}: the parameters are not those of Fetch`, {
      problems,
    });
  }
  return {
    ...parseJsonArtifact(artifactFiles.fetchReport, report, fetchReportSchema),
    ...parameters.data,
  };
}

/**
 * Why the offered bars cannot score a version that was trained on other bars, as part of a sentence; null when they can.
 * Another source may adjust its prices differently, and a day is scored only once.
 */
export function otherBars(trainedOn: Fetched, offered: Fetched): string | null {
  const currencies = new Set([trainedOn.currency, offered.currency].filter(currency => currency !== null));
  const isSame =
    trainedOn.symbol === offered.symbol &&
    trainedOn.source === offered.source &&
    trainedOn.origin === offered.origin &&
    currencies.size < 2;
  return isSame ? null : `it was trained on ${describe(trainedOn)}, and these are ${describe(offered)}`;
}

function describe({ symbol, source, origin, currency }: Fetched): string {
  const from = origin === null ? source : `${source} (${origin})`;
  return `bars of ${symbol} from ${from}${currency === null ? '' : ` in ${currency}`}`;
}
