/** Grafana's variables in PromQL, replaced as its Prometheus data source replaces them. */

/** By name without the dollar sign. Text is inserted as it is; a list is a choice of values: each is escaped, joined by `|`. */
export type Variables = Readonly<Record<string, string | readonly string[]>>;

/**
 * `$name`, `${name}` and `${name:regex}` replaced.
 * @throws Error for a variable without a value: Grafana would send the name to Prometheus.
 */
export function substituted(expr: string, variables: Variables): string {
  return expr.replace(/\$(?:(\w+)|\{(\w+)(?::regex)?\})/g, (written, plain?: string, braced?: string) => {
    const value = variables[plain ?? braced ?? ''];
    if (value === undefined) throw new Error(`no value for ${written} in ${expr}`);
    return typeof value === 'string' ? value : anyOf(value);
  });
}

/** A list of values as a regular expression inside a PromQL string, where a backslash is written twice. */
function anyOf(values: readonly string[]): string {
  const escaped = values.map(value => value.replaceAll(/[\\^$.*+?()[\]{}|']/g, '\\\\$&'));
  return escaped.length === 1 ? escaped[0]! : `(${escaped.join('|')})`;
}

/**
 * `$__range`, `$__interval` and `$__rate_interval`, which is the scrape interval plus a step, but at least four scrape
 * intervals, so that it holds two samples even if one is late or lost.
 * @param stepSeconds between two points of a chart
 * @param scrapeSeconds the scrape interval set in the data source
 */
export function timeVariables(rangeSeconds: number, stepSeconds: number, scrapeSeconds: number): Variables {
  return {
    __range: `${rangeSeconds}s`,
    __interval: `${stepSeconds}s`,
    __rate_interval: `${Math.max(stepSeconds + scrapeSeconds, 4 * scrapeSeconds)}s`,
  };
}
