import { doesNotMatch, equal, match } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { championSection } from '../../src/report/champion.ts';
import { renderReport } from '../../src/report/report.ts';
import { sampleRun } from '../../support/sample-run.ts';
import { comparison } from '../pipeline/evaluate/champion/comparison.ts';

/** Figures keep together: their spaces do not break. */
const textOf = (champion: Parameters<typeof championSection>[0]) =>
  championSection(champion).text.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ');

describe("the report's comparison with the champion", () => {
  it('is left out when nothing served', () => {
    equal(textOf(undefined), '');
    doesNotMatch(renderReport(sampleRun()), /Against the champion/);
  });

  it('has the figures of both on the common days', () => {
    const text = textOf(comparison());
    for (const figure of [
      /abcdef012345/,
      /220 days/,
      /1\.4206 ?%/,
      /1\.4207 ?%/,
      /0\.9999/,
      /90\.4 ?%/,
      /89\.5 ?%/,
      /McNemar/,
    ]) {
      match(text, figure);
    }
    doesNotMatch(text, /byte-identical/);
    match(textOf(comparison({ identical: true })), /byte-identical/);
  });

  it('explains why there are none', () => {
    const text = textOf({
      comparable: false,
      version: 'abcdef012345',
      problem: 'TooFewDays',
      message: 'only <3 days',
    });
    match(text, /could not be compared on the same days: only &#60;3 days\./);
  });

  it('is in the report', () => {
    const run = sampleRun();
    const evaluation = { ...run.evaluation, champion: comparison() };
    match(renderReport({ ...run, evaluation }), /Against the champion/);
  });
});
