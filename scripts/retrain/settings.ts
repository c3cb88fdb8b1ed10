/** The settings of `make retrain`: those of `make run`, with the latest bars of a live source. */
import { z } from 'zod';
import { defaultSource } from '../../src/api/sources.ts';
import { Failure } from '../../src/failure.ts';
import { type LocalSettings, localSettings } from '../../src/local/settings.ts';
import { sources } from '../../src/market/sources/registry.ts';

export interface RetrainSettings extends LocalSettings {
  /** Whether the run fails when the sample had to replace fresh bars. */
  readonly requireFresh: boolean;
}

const requireFreshSchema = z.stringbool().default(false);

/**
 * @param environment as for `make run`, but a live source is the default for AAPL too. `REQUIRE_FRESH` is true or
 * false, the default.
 * @throws Failure InvalidSpec for invalid settings, and for settings that select other bars than the latest of a live source.
 */
export async function retrainSettings(environment: NodeJS.ProcessEnv): Promise<RetrainSettings> {
  // A run file names its source itself.
  const preset = environment.FILE || environment.DATA || environment.SOURCE ? {} : { SOURCE: defaultSource };
  const settings = await localSettings({ ...environment, ...preset });
  const { source, end } = settings.run.spec.data;
  if (!sources[source].isLive || end !== undefined) {
    const selected = end === undefined ? `source ${source}` : `an end, ${end}`;
    throw new Failure(
      'InvalidSpec',
      `fresh bars are the latest of a live source, but the settings name ${selected}`,
    );
  }
  const requireFresh = requireFreshSchema.safeParse(environment.REQUIRE_FRESH || undefined);
  if (!requireFresh.success) throw new Failure('InvalidSpec', 'REQUIRE_FRESH must be true or false');
  return { ...settings, requireFresh: requireFresh.data };
}
