import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RiskLevel } from '../../../src/api/risk.ts';
import { Failure } from '../../../src/failure.ts';
import { formatTrack, parseTrack } from '../../../src/pipeline/score/track-record.ts';
import { aDay, days } from './days.ts';

// -0 is written as 0; nothing downstream distinguishes them.
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0);
const risk = fc.constantFrom<RiskLevel>(0, 1, 2);
const fields = fc.record(
  {
    actualReturn: finite,
    predictedReturn: finite,
    meanReturn: finite,
    actualRisk: risk,
    predictedRisk: risk,
    persistenceRisk: risk,
    knownPartRisk: risk,
  },
  { noNullPrototype: true },
);

describe('a track record as CSV', () => {
  it('returns every day bit for bit', () => {
    fc.assert(
      fc.property(fc.array(fields, { maxLength: 5 }), list => {
        const track = list.map((of, index) => aDay(index, of));
        assert.deepEqual(parseTrack(formatTrack(track)), track);
      }),
    );
  });

  const good = formatTrack(days(2));
  for (const [what, text, message] of [
    ['another header', good.replace('version', 'run'), /line 1: the header/],
    ['a line that is cut short', good.slice(0, -3), /cut short/],
    ['a value too few', good.replace(',1\n', '\n'), /line 2: the line does not have 9 cells/],
    [
      'a class that is none',
      good.replace(',1\n', ',7\n'),
      /line 2, column known_part_risk: the value is not a risk level/,
    ],
    [
      'a day that is none',
      good.replace('2026-01-02', '2026-02-30'),
      /line 3, column date: the value is not a date/,
    ],
    [
      'a day twice',
      good.replace('2026-01-02', '2026-01-01'),
      /the day does not follow that of the line before/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parseTrack(text),
        (error: unknown) =>
          error instanceof Failure && error.reason === 'InvalidArtifact' && message.test(error.message),
      );
    });
  }
});
