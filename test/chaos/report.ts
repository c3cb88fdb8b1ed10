/** The results of a run of faults, as a Markdown table. */

export interface Outcome {
  readonly fault: string;
  readonly lane: string;
  /** Seconds since the start. */
  readonly second: number;
  /** Empty if everything was as it must be. */
  readonly violations: readonly string[];
}

export interface Kind {
  readonly name: string;
  readonly expected: string;
  readonly unavailable?: string | false;
}

export interface ChaosResult {
  readonly seed: number;
  readonly lanes: number;
  readonly minutes: number;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly kinds: readonly Kind[];
  readonly outcomes: readonly Outcome[];
  /** Completed steps of the lanes' stories by name. */
  readonly steps: Readonly<Record<string, number>>;
  /** Correct predictions during the run. */
  readonly predictions: number;
}

export function chaosReport(result: ChaosResult): string {
  const { seed, lanes, minutes, date, kinds, outcomes, steps, predictions } = result;
  const failed = outcomes.filter(({ violations }) => violations.length > 0);
  const rows = kinds.map(({ name, expected, unavailable }) => {
    const own = outcomes.filter(({ fault }) => fault === name);
    const bad = own.filter(({ violations }) => violations.length > 0).length;
    if (own.length === 0)
      return `| ${name} | 0 | ${expected} | **not run**: ${unavailable || 'not drawn, or nothing to break'} |`;
    return `| ${name} | ${own.length} | ${expected} | ${bad === 0 ? 'as expected' : `**${bad} times not**`} |`;
  });
  const done = Object.entries(steps)
    .map(([name, count]) => `${name}: ${count}`)
    .join('; ');
  const list = failed.map(
    ({ fault, lane, second, violations }) =>
      `- second ${second}, lane ${lane}, ${fault}: ${clean(violations)}`,
  );
  return `${outcomes.length} faults on ${date} in ${minutes.toFixed(0)} minutes, CHAOS_SEED=${seed}, in ${lanes} namespaces at once: ${outcomes.length - failed.length}
ended as expected, ${failed.length} did not. Meanwhile ${predictions.toLocaleString('en-US')} predictions were right, and the namespaces went through
these steps: ${done}.

| fault | count | expected besides the invariants | outcome |
|---|---|---|---|
${rows.join('\n')}
${list.length === 0 ? '' : `\nNot as expected:\n\n${list.join('\n')}\n`}`;
}

function clean(violations: readonly string[]): string {
  return violations
    .map(text => text.split('\n')[0]?.slice(0, 250))
    .join('; ')
    .replaceAll('|', '/')
    .replaceAll('<', '&lt;');
}
