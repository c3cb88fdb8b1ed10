import type { ModelFigures } from './model-figures.ts';

type Labels = Readonly<Record<string, string | number>>;
/** Values with their labels besides `namespace` and `model`; null values are left out. */
export type Samples = readonly (readonly [labels: Labels, value: number | null])[];

/** A gauge of every Model. */
export interface GaugeDefinition {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly samples: (model: ModelFigures) => Samples;
}

/** One value without labels. */
export const single = (value: number | boolean | null): Samples => [
  [{}, value === null ? null : Number(value)],
];
