/** Questions to a Prometheus server over its HTTP API. */
import { z } from 'zod';

export type Labels = Readonly<Record<string, string>>;

/** Points at equal distances; seconds since the epoch. An instant is a range of one point. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** One series, with a value for every point of the range; null where there is none, or none that is a number. */
export interface Series {
  readonly labels: Labels;
  readonly values: readonly (number | null)[];
}

export interface Prometheus {
  /** @throws Error with Prometheus' words about a query that is wrong. */
  ask(expr: string, range: TimeRange): Promise<Series[]>;
  /** The values that a label has in the series of a selector, sorted. */
  labelValues(selector: string, label: string, range: TimeRange): Promise<string[]>;
}

const answerSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('success'), data: z.unknown() }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);

const matrixSchema = z.object({
  result: z.array(
    z.object({
      metric: z.record(z.string(), z.string()),
      values: z.array(z.tuple([z.number(), z.string()])),
    }),
  ),
});

/** @param origin such as `http://127.0.0.1:9090` */
export function createPrometheus(origin: string): Prometheus {
  async function get(path: string, parameters: Record<string, string>): Promise<unknown> {
    const body = new URLSearchParams(parameters);
    const response = await fetch(new URL(path, origin), { method: 'POST', body });
    const answer = answerSchema.parse(await response.json());
    if (answer.status === 'error') throw new Error(answer.error);
    return answer.data;
  }

  return {
    async ask(expr, { start, end, step }) {
      const parameters = { query: expr, start: `${start}`, end: `${end}`, step: `${step}` };
      const { result } = matrixSchema.parse(await get('/api/v1/query_range', parameters));
      const length = Math.floor((end - start) / step) + 1;
      return result.map(({ metric, values }) => {
        const line = new Array<number | null>(length).fill(null);
        for (const [time, text] of values) {
          const value = Number(text);
          line[Math.round((time - start) / step)] = Number.isFinite(value) ? value : null;
        }
        return { labels: metric, values: line };
      });
    },
    async labelValues(selector, label, { start, end }) {
      const parameters = { 'match[]': selector, start: `${start}`, end: `${end}` };
      const found = z.array(z.record(z.string(), z.string())).parse(await get('/api/v1/series', parameters));
      return [...new Set(found.flatMap(labels => labels[label] ?? []))].sort();
    },
  };
}
