/**
 * A gauge whose series are written as they are asked for: prom-client's own keeps an object for each, which for a
 * thousand Models were 45,000 objects and 100 MB, made anew at every scrape. Between two gauges of a registry the event
 * loop has a turn: what takes long for all of them holds up nobody for long.
 */
import { setImmediate } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { type OwnMetric, registerOwn } from '../registry.ts';

type Labels = Readonly<Record<string, string | number>>;

export interface Sample {
  readonly labels: Labels;
  /** Further ones; written once for every series that has this very object. */
  readonly sharedLabels: Labels;
  readonly value: number;
}

export interface StateGaugeOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly registry: Registry;
  /** The series as they are now. */
  readonly samples: () => Iterable<Sample>;
  /** Settles when it is this gauge's turn to be written. */
  readonly turn: () => Promise<void>;
}

/** One after the other, the event loop between them. */
export function takeTurns(): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => setImmediate());
    return last;
  };
}

export class StateGauge implements OwnMetric {
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
    registerOwn(registry, this);
  }

  /** What the registry writes, one series after the other. */
  async get() {
    const { name, help, type } = this;
    await this.#turn();
    return { name, help, type, values: this.#samples() };
  }
}
