/** What is retrained: the settings of `make run`, on fresh bars of Yahoo. */
import { z } from 'zod';
import { Failure } from '../../src/failure.ts';
import { type LocalSettings, localSettings } from '../../src/local/settings.ts';

export interface RetrainSettings extends LocalSettings {
  /** Whether the sample, where it stands in for fresh bars, is a failure in the end. */
  readonly requireFresh: boolean;
}

const requireFreshSchema = z.stringbool().default(false);

/**
 * @param environment as of `make run`; the source is Yahoo for AAPL too. `REQUIRE_FRESH` is true or false, the default.
 * @throws Failure InvalidSpec for wrong settings, and for those that ask for other bars than the latest of Yahoo.
 */
export async function retrainSettings(environment: NodeJS.ProcessEnv): Promise<RetrainSettings> {
  // A run file names its own source.
  const preset = environment.FILE || environment.DATA || environment.SOURCE ? {} : { SOURCE: 'Yahoo' };
  const settings = await localSettings({ ...environment, ...preset });
  const { source, end } = settings.run.spec.data;
  if (source !== 'Yahoo' || end !== undefined) {
    const asked = end === undefined ? `source ${source}` : `an end, ${end}`;
    throw new Failure('InvalidSpec', `fresh bars are the latest of source Yahoo; the settings say ${asked}`);
  }
  const requireFresh = requireFreshSchema.safeParse(environment.REQUIRE_FRESH || undefined);
  if (!requireFresh.success) throw new Failure('InvalidSpec', 'REQUIRE_FRESH must be true or false');
  return { ...settings, requireFresh: requireFresh.data };
}
