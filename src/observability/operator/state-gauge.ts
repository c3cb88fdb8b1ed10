/**
 * A gauge whose series are generated during a scrape. prom-client's own gauge keeps an object for each series: for a
 * thousand Models 45,000 objects and 100 MB, created again at every scrape. The event loop runs between two gauges of a
 * registry, so that a long scrape does not block it.
 */
import { setImmediate } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { type CustomMetric, registerCustom } from '../registry.ts';

type Labels = Readonly<Record<string, string | number>>;

export interface Sample {
  readonly labels: Labels;
  /** Further labels. They are formatted once for all series that share this object. */
  readonly sharedLabels: Labels;
  readonly value: number;
}

export interface StateGaugeOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly registry: Registry;
  /** The current series. */
  readonly samples: () => Iterable<Sample>;
  /** Resolves when this gauge may be written. */
  readonly turn: () => Promise<void>;
}

/** Each call resolves one event loop iteration after the one before it. */
export function takeTurns(): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => setImmediate());
    return last;
  };
}

export class StateGauge implements CustomMetric {
  readonly name: string;
  readonly help: string;
  readonly type = 'gauge';
  readonly labelNames: readonly string[];
  readonly #samples: () => Iterable<Sample>;
  readonly #turn: () => Promise<void>;

  constructor({ name, help, labelNames, registry, samples, turn }: StateGaugeOptions) {
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
    this.#samples = samples;
    this.#turn = turn;
    registerCustom(registry, this);
  }

  /** The series, which the registry writes one by one. */
  async get() {
    const { name, help, type } = this;
    await this.#turn();
    return { name, help, type, values: this.#samples() };
  }
}
