/**
 * Chooses a candidate. A next-day return is almost unpredictable, so among thousands of candidates the one with the
 * least validation error has it mostly by chance. Hence Breiman's rule (Breiman et al., Classification and
 * Regression Trees, 1984, section 3.4.3) among the candidates that beat the mean: the simplest whose error is within
 * one standard error of the least. The error is the mean squared error less that of the mean predictor on the same
 * rows, and the standard error is that of this paired difference: both scatter far less than squared errors themselves.
 *
 * Simpler is shallower; then less learned, which is rounds times rate; then more rows in a leaf; then fewer rounds.
 * The mean itself, which the rule alone would take wherever it is within one standard error, is taken only when no
 * candidate is better. Otherwise the rule mostly chooses a model a few rounds from the mean, which is harmless, and one
 * further away only if the data support it.
 */
import type { ModelCard } from '../../api/artifacts.ts';
import type { BoosterParameters } from './parameters.ts';
import type { ErrorSums } from './validation.ts';

export type Candidate = ModelCard['regressor']['candidates'][number];

/** A point of the grid with the most rounds that were tried, and the errors of every number of rounds. */
export interface Trial {
  readonly parameters: BoosterParameters;
  readonly errors: ErrorSums;
}

export interface Choice {
  readonly parameters: BoosterParameters;
  /** One sentence for people. */
  readonly choice: string;
  /** Each point of the grid at its best number of rounds, from 1; before them, if it is none of these, the chosen one. */
  readonly candidates: Candidate[];
}

/** One number of rounds of a trial. */
interface Option {
  readonly parameters: BoosterParameters;
  readonly errors: ErrorSums;
  /** Mean squared error less the mean predictor's; below 0 is better than the mean. */
  readonly difference: number;
  readonly standardError: number;
}

/** @param trials at least one, all validated on the same rows. */
export function chooseRounds(trials: readonly Trial[]): Choice {
  const options = trials.flatMap(optionsOf);
  const best = options.reduce(better);
  const limit = best.difference + best.standardError;
  const within = options.filter(({ difference }) => difference < 0 && difference <= limit);
  const taken = within.length === 0 ? simplest(options) : simplest(within);
  const bestOfEach = trials.map(trial => optionsOf(trial).slice(1).reduce(better));
  const listed = bestOfEach.some(option => same(option.parameters, taken.parameters))
    ? bestOfEach
    : [taken, ...bestOfEach];
  return {
    parameters: taken.parameters,
    choice: explain(taken, best, options.length - trials.length),
    candidates: listed.map(candidateOf),
  };
}

function optionsOf({ parameters, errors }: Trial): Option[] {
  return Array.from({ length: parameters.rounds + 1 }, (_, rounds) => {
    const difference = errors.differences[rounds]! / errors.rows;
    const variance = errors.differenceSquares[rounds]! / errors.rows - difference ** 2;
    return {
      parameters: { ...parameters, rounds },
      errors,
      difference,
      standardError: Math.sqrt(Math.max(0, variance) / errors.rows),
    };
  });
}

function better(a: Option, b: Option): Option {
  return b.difference < a.difference ? b : a;
}

function simplest(options: readonly Option[]): Option {
  return options.reduce((a, b) => (complexityOrder(b.parameters, a.parameters) < 0 ? b : a));
}

function complexityOrder(a: BoosterParameters, b: BoosterParameters): number {
  return (
    a.maxDepth - b.maxDepth ||
    a.rounds * a.learningRate - b.rounds * b.learningRate ||
    b.minChildWeight - a.minChildWeight ||
    a.rounds - b.rounds
  );
}

function same(a: BoosterParameters, b: BoosterParameters): boolean {
  return complexityOrder(a, b) === 0 && a.learningRate === b.learningRate;
}

function candidateOf({ parameters, errors, difference, standardError }: Option): Candidate {
  const meanSquare = errors.meanSquares / errors.rows;
  const rmse = Math.sqrt(Math.max(0, meanSquare + difference));
  return { ...parameters, rmse, meanRmse: Math.sqrt(meanSquare), standardError };
}

function explain(taken: Option, best: Option, count: number): string {
  const { rows } = best.errors;
  if (taken.parameters.rounds === 0) {
    return `None of ${count} candidates beats the mean on ${rows} walk-forward rows, so the model is the mean.`;
  }
  const luck =
    best.difference + best.standardError >= 0
      ? ' Even the best is within one standard error of the mean: its lead may be luck.'
      : '';
  const chosen = `${name(taken)}, with ${gain(taken)}`;
  if (taken === best) {
    return `Of ${count} candidates the best on ${rows} walk-forward rows is ${chosen}; no simpler one that beats the mean is within one standard error of it.${luck}`;
  }
  return `Of ${count} candidates the simplest that beats the mean and is within one standard error of the best (${name(best)}, with ${gain(best)}) is ${chosen} on ${rows} walk-forward rows.${luck}`;
}

function name({ parameters }: Option): string {
  const { maxDepth, learningRate, minChildWeight, rounds } = parameters;
  const trees = rounds === 1 ? '1 tree' : `${rounds} trees`;
  return `${trees} of depth ${maxDepth} at rate ${learningRate} with at least ${minChildWeight} rows a leaf`;
}

function gain(option: Option): string {
  const { rmse, meanRmse } = candidateOf(option);
  return `an RMSE ${(100 * (1 - rmse / meanRmse)).toFixed(3)} % below the mean's`;
}
