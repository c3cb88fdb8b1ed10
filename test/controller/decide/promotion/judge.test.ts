import { deepEqual, equal, match, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { modelSpecSchema } from '../../../../src/api/model.ts';
import { type Challenger, type Criteria, judge } from '../../../../src/controller/decide/promotion/judge.ts';
import { levelOf } from '../../../../src/controller/decide/promotion/looks.ts';
import { aChampion, beside, championVersion, figures, type Metrics } from './challengers.ts';

const { requirements } = modelSpecSchema.parse({}).promotion;
const alone: Criteria = {
  champion: null,
  requirements,
  looks: 1,
  isApproved: false,
  nothingServes: false,
  approveCommand: 'kubectl approve',
};
const against: Criteria = { ...alone, champion: aChampion() };
const damaged = (championProblem: 'Missing' | 'Altered', changes: Metrics = {}) =>
  figures({ championVersion, championComparable: 'false', championProblem, ...changes });
const of = (metrics: Metrics): Challenger => ({ version: 'aaaaaaaaaaaa', metrics });
const without = (metrics: Metrics, name: string): Metrics =>
  Object.fromEntries(Object.entries(metrics).filter(([key]) => key !== name));

type Row = [name: string, metrics: Metrics, outcome: string, reason: string, message?: RegExp];

function table(title: string, standard: Criteria, rows: readonly Row[]) {
  describe(title, () => {
    for (const [name, metrics, outcome, reason, message] of rows) {
      it(`${name}: ${outcome}, ${reason}`, () => {
        const judgement = judge(of(metrics), standard);
        deepEqual([judgement.outcome, judgement.reason], [outcome, reason], judgement.message);
        if (message !== undefined) match(judgement.message, message);
      });
    }
  });
}

table('the floors', alone, [
  [
    'the mean itself',
    figures(),
    'Promoted',
    'FirstChampion',
    /1\.4206 %.*mean's.*1\.4206 %.*90\.3 %.*persistence's.*83\.6 %/,
  ],
  ['RMSE at the floor', figures({ rmseRatio: '1.005' }), 'Promoted', 'FirstChampion'],
  [
    'RMSE above the floor',
    figures({ rmseRatio: '1.0051' }),
    'Rejected',
    'ReturnBelowFloor',
    /1\.0051 times the mean's 1\.4206 %; at most 1\.005 times/,
  ],
  [
    'RMSE above the floor in walk-forward',
    figures({ walkForwardRmseRatio: '1.11' }),
    'Rejected',
    'ReturnBelowFloor',
    /in walk-forward is 1\.11 times/,
  ],
  [
    'accuracy below the floor',
    figures({ accuracy: '0.49', persistenceAccuracy: '0.4' }),
    'Rejected',
    'AccuracyBelowFloor',
    /49 %.*at least 50 %/,
  ],
  ['as good as persistence', figures({ accuracy: '0.836' }), 'Promoted', 'FirstChampion'],
  [
    'worse than persistence',
    figures({ accuracy: '0.83' }),
    'Rejected',
    'PersistenceBelowFloor',
    /holdout.*83 %.*persistence's.*83\.6 %/,
  ],
  [
    'worse than persistence in walk-forward',
    figures({ walkForwardAccuracy: '0.85' }),
    'Rejected',
    'PersistenceBelowFloor',
    /in walk-forward/,
  ],
  [
    'a verdict of Better with bad figures',
    figures({ returnVerdict: 'Better', rmseRatio: '1.2' }),
    'Rejected',
    'ReturnBelowFloor',
  ],
]);

table(
  'a required lead over persistence',
  { ...alone, requirements: { ...requirements, minimumPersistenceAdvantage: 0.067 } },
  [
    [
      'is met exactly, despite rounding errors',
      figures({ walkForwardAccuracy: '0.95' }),
      'Promoted',
      'FirstChampion',
    ],
    [
      'is missed',
      figures({ accuracy: '0.902', walkForwardAccuracy: '0.95' }),
      'Rejected',
      'PersistenceBelowFloor',
      /at least 6\.7 percentage points/,
    ],
  ],
);

describe('missing and invalid figures', () => {
  for (const name of Object.keys(figures()).filter(key => !['barsTo', 'holdoutRows'].includes(key))) {
    for (const [how, metrics] of [
      ['missing', without(figures(), name)],
      ['NaN', figures({ [name]: 'NaN' })],
      ['empty', figures({ [name]: '' })],
    ] as const) {
      if (name === 'symbol' && how === 'NaN') continue;
      it(`${name} ${how}: nothing is promoted`, () => {
        const judgement = judge(of(metrics), alone);
        deepEqual([judgement.outcome, judgement.reason], ['Inconclusive', 'MissingFigures']);
        match(judgement.message, new RegExp(name));
      });
    }
  }
  const compared = Object.keys(beside()).filter(name => !(name in figures()));
  for (const name of compared.filter(key => !['championIdentical', 'championVersion'].includes(key))) {
    it(`${name} missing in a comparison: nothing is promoted`, () => {
      equal(judge(of(without(beside({ holdoutTo: '2018-06-01' }), name)), against).reason, 'MissingFigures');
    });
  }
  it('no version: nothing is promoted', () => {
    equal(judge({ version: undefined, metrics: figures() }, alone).reason, 'MissingFigures');
  });
  for (const [name, value] of [
    ['accuracy', '1.2'],
    ['rmse', '-1'],
    ['rmseRatio', '1e999'],
    ['championRiskPValue', '7'],
  ] as const) {
    it(`${name} of ${value} is invalid`, () => {
      equal(judge(of(beside({ [name]: value })), against).reason, 'MissingFigures');
    });
  }
});

const newer = { holdoutTo: '2018-06-08' };
table('the champion on the same data', against, [
  ['equal figures', beside(), 'Inconclusive', 'NoGain', /p < 0\.025 .*; Diebold-Mariano p = 1/],
  [
    'a gain that may be chance',
    beside({ commonRmse: '0.0141', championRmseRatio: '0.993', championReturnPValue: '0.06' }),
    'Inconclusive',
    'NoGain',
  ],
  [
    'a significant gain for the return',
    beside({ commonRmse: '0.0141', championRmseRatio: '0.993', championReturnPValue: '0.01' }),
    'Promoted',
    'BetterReturn',
    /238 days from 2017-06-01.*1\.41 %.*1\.4206 %.*p = 0\.01/,
  ],
  [
    'a significant gain for the risk',
    beside({ commonAccuracy: '0.95', championRiskPValue: '0.01', championRiskLower: '0.01' }),
    'Promoted',
    'BetterRisk',
    /95 %.*90\.3 %/,
  ],
  [
    'a gain for the risk that dependent days may explain',
    beside({ commonAccuracy: '0.95', championRiskPValue: '0.01', championRiskLower: '-0.001' }),
    'Inconclusive',
    'NoGain',
  ],
  [
    'a gain for the return, a loss for the risk',
    beside({ championRmseRatio: '0.98', championReturnPValue: '0.001', commonAccuracy: '0.87' }),
    'Rejected',
    'WorseRisk',
  ],
  [
    'a small insignificant loss',
    beside({ championRmseRatio: '1.001', championReturnPValue: '0.2' }),
    'Inconclusive',
    'NoGain',
  ],
]);

table('the champion, on newer data', against, [
  ['equal figures', beside(newer), 'Promoted', 'NewerData', /2018-06-08, the champion's on 2018-05-09/],
  [
    'a loss of RMSE at the margin',
    beside({ ...newer, championRmseRatio: '1.002', championReturnPValue: '0.3' }),
    'Promoted',
    'NewerData',
  ],
  [
    'a loss of RMSE beyond the margin',
    beside({ ...newer, championRmseRatio: '1.0021', championReturnPValue: '0.3' }),
    'Rejected',
    'WorseReturn',
    /ratio of 1\.0021 exceeds the limit of 1\.002\./,
  ],
  [
    'a significant loss of RMSE within the margin',
    beside({ ...newer, championRmseRatio: '1.001', championReturnPValue: '0.04' }),
    'Rejected',
    'WorseReturn',
    /within the limit of 1\.002, .*p = 0\.04/,
  ],
  [
    'a loss of accuracy at the margin',
    beside({ ...newer, commonAccuracy: '0.883', championRiskPValue: '0.3' }),
    'Promoted',
    'NewerData',
  ],
  [
    'a loss of accuracy beyond the margin',
    beside({ ...newer, commonAccuracy: '0.882', championRiskPValue: '0.3' }),
    'Rejected',
    'WorseRisk',
    /88\.2 %.*90\.3 %.*2\.1 percentage points exceeds the limit of 2\./,
  ],
  [
    'a significant loss of accuracy within the margin',
    beside({ ...newer, commonAccuracy: '0.89', championRiskPValue: '0.04' }),
    'Rejected',
    'WorseRisk',
    /McNemar p = 0\.04/,
  ],
  ['below a floor', beside({ ...newer, walkForwardRmseRatio: '1.006' }), 'Rejected', 'ReturnBelowFloor'],
  ['older data', beside({ holdoutTo: '2018-01-08' }), 'Inconclusive', 'NoGain'],
]);

table('a champion that cannot be compared', against, [
  [
    'its models are identical to those of the run',
    beside({ ...newer, championIdentical: 'true' }),
    'Inconclusive',
    'AlreadyChampion',
    /version c{12}/,
  ],
  [
    'the champion has changed',
    beside({ ...newer, championVersion: 'dddddddddddd' }),
    'Inconclusive',
    'ChampionChanged',
    /version d{12}.*champion is now version c{12} of run before/,
  ],
  [
    'there was none when the run was evaluated',
    figures(newer),
    'Inconclusive',
    'ChampionChanged',
    /without a champion/,
  ],
  [
    'too few days',
    figures({ championVersion, championComparable: 'false', championProblem: 'TooFewDays' }),
    'Inconclusive',
    'ChampionNotComparable',
    /too few days.*pinnedRun/,
  ],
  [
    'another symbol',
    figures({ championVersion, championComparable: 'false', championProblem: 'OtherSymbol' }),
    'Inconclusive',
    'ChampionNotComparable',
  ],
  [
    'an unknown problem',
    figures({ championVersion, championComparable: 'false', championProblem: 'Moon' }),
    'Inconclusive',
    'ChampionNotComparable',
  ],
  [
    'no problem given',
    figures({ championVersion, championComparable: 'false' }),
    'Inconclusive',
    'MissingFigures',
  ],
  ['gone', damaged('Missing'), 'Inconclusive', 'ChampionMissing', /version c{12}.*kubectl approve$/],
  [
    'altered',
    damaged('Altered'),
    'Inconclusive',
    'ChampionAltered',
    /version c{12}.*pinnedRun.*kubectl approve$/,
  ],
  [
    'altered, and the run has the best figures',
    damaged('Altered', { ...newer, rmseRatio: '0.5', accuracy: '1' }),
    'Inconclusive',
    'ChampionAltered',
  ],
  [
    'missing, and the run is below a floor',
    damaged('Missing', { rmseRatio: '2' }),
    'Rejected',
    'ReturnBelowFloor',
  ],
  [
    'another question',
    beside({ ...newer, championSameQuestion: 'false', championRmseRatio: '0.9', championReturnPValue: '0' }),
    'Inconclusive',
    'DifferentQuestion',
    /pinnedRun/,
  ],
]);

table('a damaged champion while no server is ready', { ...against, nothingServes: true }, [
  ['gone', damaged('Missing'), 'Promoted', 'ChampionLost', /version c{12}.*no server is ready.*1\.4206 %/],
  [
    'gone, and the run is below a floor',
    damaged('Missing', { rmseRatio: '2' }),
    'Rejected',
    'ReturnBelowFloor',
  ],
  ['altered', damaged('Altered'), 'Inconclusive', 'ChampionAltered'],
]);

table('a damaged champion and an approved run', { ...against, isApproved: true }, [
  ['gone', damaged('Missing'), 'Promoted', 'ChampionLost', /the run is approved/],
  ['altered', damaged('Altered'), 'Promoted', 'ChampionLost', /altered.*the run is approved.*1\.4206 %/],
  [
    'altered, and the run is below a floor',
    damaged('Altered', { rmseRatio: '2' }),
    'Rejected',
    'ReturnBelowFloor',
  ],
  [
    'not comparable',
    damaged('Altered', { championProblem: 'TooFewDays' }),
    'Inconclusive',
    'ChampionNotComparable',
  ],
  ['no gain', beside(), 'Inconclusive', 'NoGain'],
]);

describe('looks at the same holdout', () => {
  const lucky = beside({ championRmseRatio: '0.99', championReturnPValue: '0.02' });
  it('share the significance of a gain', () => {
    match(judge(of(lucky), against).message, /p = 0\.02, below 0\.025.*run 1 /);
    const third = judge(of(lucky), { ...against, looks: 3 });
    equal(third.reason, 'NoGain');
    match(third.message, /p < 0\.00417 \(run 3's share of the significance 0\.05/);
  });

  it('keep the sum of all levels within the significance, however many there are', () => {
    let sum = 0;
    for (let looks = 1; looks <= 10_000; looks++) sum += levelOf(0.05, looks);
    ok(sum <= 0.05 && sum > 0.0499);
  });

  it('do not make a loss harder to detect', () => {
    const worse = beside({ ...newer, championRmseRatio: '1.001', championReturnPValue: '0.02' });
    equal(judge(of(worse), { ...against, looks: 1000 }).reason, 'WorseReturn');
  });
});

describe('for any figures', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true }).map(String);
  const ratio = fc.double({ min: 0.9, max: 1.1, noNaN: true }).map(String);
  const metrics = fc
    .record({
      rmseRatio: ratio,
      walkForwardRmseRatio: ratio,
      accuracy: share,
      persistenceAccuracy: share,
      championRmseRatio: ratio,
      championReturnPValue: share,
      commonAccuracy: share,
      championAccuracy: share,
      championRiskPValue: share,
      holdoutTo: fc.constantFrom('2018-01-01', '2018-05-09', '2018-06-01'),
    })
    .map(beside);

  it('nothing is promoted below a floor, beyond a margin or significantly worse', () => {
    fc.assert(
      fc.property(metrics, fc.integer({ min: 1, max: 50 }), (figures, looks) => {
        const { outcome } = judge(of(figures), { ...against, looks });
        if (outcome !== 'Promoted') return;
        const value = (name: string) => Number(figures[name]);
        ok(value('rmseRatio') <= 1.005 + 1e-9 && value('walkForwardRmseRatio') <= 1.005 + 1e-9);
        ok(value('accuracy') >= value('persistenceAccuracy') - 1e-9);
        ok(value('championRmseRatio') <= 1.002 + 1e-9);
        ok(value('championRmseRatio') <= 1 || value('championReturnPValue') >= 0.05);
        const loss = value('championAccuracy') - value('commonAccuracy');
        ok(loss <= 0.02 + 1e-9 && (loss <= 0 || value('championRiskPValue') >= 0.05));
      }),
    );
  });

  it('a run that is not promoted at fewer looks is not promoted at more', () => {
    fc.assert(
      fc.property(metrics, fc.integer({ min: 1, max: 20 }), (figures, looks) => {
        const [few, many] = [looks, looks + 1].map(count => judge(of(figures), { ...against, looks: count }));
        if (many!.outcome === 'Promoted') equal(few!.outcome, 'Promoted');
      }),
    );
  });

  it('invalid figures never promote', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(beside())), fc.string(), (name, text) => {
        const judgement = judge(of(beside({ ...newer, [name]: text })), against);
        if (judgement.outcome !== 'Promoted') return;
        // Only texts that are still valid, or figures that no rule reads.
        const read = !['barsTo', 'holdoutRows', 'symbol', 'championIdentical'].includes(name);
        ok(!read || /^-?\d/.test(text) || text === 'true', `${name} = ${text}`);
      }),
    );
  });
});
