import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type HistoryEntry, historyLimit, type outcomes } from '../../../src/api/model.ts';
import { formatTenures, tenuresSchema } from '../../../src/api/tenures.ts';
import { tenuresOf } from '../../../src/controller/decide/tenures.ts';

type Outcome = (typeof outcomes)[number];
/** Day of November, version and outcome, oldest first. */
type Outcomes = readonly (readonly [day: number, version: number, outcome: Outcome])[];

const versionOf = (number: number) => String(number).padStart(12, '0');
const time = (day: number) => `2026-11-${String(day).padStart(2, '0')}T12:00:00Z`;
const historyOf = (outcomes: Outcomes): HistoryEntry[] =>
  outcomes
    .map(([day, version, outcome]) => ({
      run: `run-${version}`,
      version: versionOf(version),
      outcome,
      reason: outcome,
      message: '',
      time: time(day),
    }))
    .toReversed();
const championOf = (version: number, day: number) => ({
  run: `run-${version}`,
  version: versionOf(version),
  promotedAt: time(day),
});

describe('tenures', () => {
  const cases: [
    what: string,
    outcomes: Outcomes,
    champion: [version: number, day: number],
    expected: string,
  ][] = [
    ['of a first champion', [[1, 1, 'Promoted']], [1, 1], '1@1'],
    [
      'of a promotion',
      [
        [1, 1, 'Promoted'],
        [8, 2, 'Promoted'],
      ],
      [2, 8],
      '1@1 2@8',
    ],
    [
      'with rejections between',
      [
        [1, 1, 'Promoted'],
        [3, 2, 'Rejected'],
        [5, 3, 'Inconclusive'],
        [8, 4, 'Promoted'],
        [9, 5, 'Rejected'],
      ],
      [4, 8],
      '1@1 4@8',
    ],
    [
      'rolled back by a pin',
      [
        [1, 1, 'Promoted'],
        [8, 2, 'Promoted'],
        [15, 1, 'Pinned'],
      ],
      [1, 15],
      '1@1 2@8 1@15',
    ],
    [
      'of a rollout that failed',
      [
        [1, 1, 'Promoted'],
        [8, 2, 'Promoted'],
        [8, 2, 'RolloutFailed'],
      ],
      [1, 1],
      '1@1',
    ],
    [
      'of a rollout that failed long ago',
      [
        [1, 1, 'Promoted'],
        [8, 2, 'Promoted'],
        [8, 2, 'RolloutFailed'],
        [15, 3, 'Promoted'],
      ],
      [3, 15],
      '1@1 3@15',
    ],
    [
      'of a pin whose rollout failed and was retried',
      [
        [1, 1, 'Promoted'],
        [8, 2, 'Promoted'],
        [9, 1, 'Pinned'],
        [9, 1, 'RolloutFailed'],
        [12, 1, 'Pinned'],
      ],
      [1, 12],
      '1@1 2@8 1@12',
    ],
    [
      'of a version that was replaced during its rollout by one that failed',
      [
        [1, 1, 'Promoted'],
        [8, 2, 'Promoted'],
        [8, 3, 'Promoted'],
        [9, 3, 'RolloutFailed'],
      ],
      [1, 1],
      '1@1',
    ],
    [
      'of a late approval, from the approval on',
      [
        [1, 1, 'Promoted'],
        [8, 2, 'AwaitingApproval'],
        [22, 2, 'Promoted'],
      ],
      [2, 22],
      '1@1 2@22',
    ],
    ['of a champion that is no longer in the history', [[8, 2, 'Rejected']], [1, 1], '1@1'],
    [
      'of a failure whose promotion is no longer in the history',
      [
        [8, 2, 'RolloutFailed'],
        [9, 3, 'Promoted'],
      ],
      [3, 9],
      '3@9',
    ],
  ];
  for (const [what, outcomes, [version, day], expected] of cases) {
    it(what, () => {
      const tenures = tenuresOf(championOf(version, day), historyOf(outcomes));
      const texts = tenures.map(({ version: of, since }) => `${Number(of)}@${Number(since.slice(8, 10))}`);
      assert.equal(texts.join(' '), expected);
    });
  }

  it('are empty without a champion', () => assert.deepEqual(tenuresOf(null, []), []));

  it('of any Model end with its champion and can be parsed by a stage', () => {
    const entry = fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom<Outcome>('Promoted', 'Rejected', 'Inconclusive', 'Pinned', 'RolloutFailed'),
    );
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: historyLimit }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 28 }),
        (entries, version, day) => {
          const history = historyOf(entries.map(([of, outcome], index) => [index + 1, of, outcome]));
          const tenures = tenuresOf(championOf(version, day), history);
          assert.equal(tenures.at(-1)?.version, versionOf(version));
          const text = formatTenures(tenures);
          assert.deepEqual(tenuresSchema.parse(text), tenures);
          assert.ok(text.length < 800, `${text.length} characters`);
        },
      ),
    );
  });

  const good = `${versionOf(1)}@${time(1)}`;
  for (const [what, text] of [
    ['nothing', ''],
    ['an invalid version', `first@${time(1)}`],
    ['no time', versionOf(1)],
    ['an invalid time', `${versionOf(1)}@yesterday`],
    ['two times', `${good}@${time(2)}`],
    ['a trailing comma', `${good},`],
    ['the wrong order', `${versionOf(2)}@${time(2)},${good}`],
    [
      'more entries than a history can have',
      Array(historyLimit + 2)
        .fill(good)
        .join(','),
    ],
  ] as const) {
    it(`refuse ${what}`, () => assert.equal(tenuresSchema.safeParse(text).success, false));
  }
});
