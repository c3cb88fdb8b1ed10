import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type LabelSelector,
  labelSelectorSchema,
  selectorText,
  unmetRequirements,
} from '../../src/api/label-selector.ts';

const expression = (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', values?: string[]) => ({
  matchExpressions: [{ key: 'team', operator, ...(values && { values }) }],
});

describe('a label selector', () => {
  const quant = { team: 'quant' };
  const cases: [text: string, selector: LabelSelector, labels: Record<string, string>, matches: boolean][] = [
    ['', {}, {}, true],
    ['', { matchLabels: {}, matchExpressions: [] }, quant, true],
    ['team=quant', { matchLabels: quant }, { ...quant, other: 'x' }, true],
    ['team=quant', { matchLabels: quant }, { team: 'Quant' }, false],
    ['team=quant', { matchLabels: quant }, {}, false],
    ['team in (quant,risk)', expression('In', ['quant', 'risk']), { team: 'risk' }, true],
    ['team in (quant,risk)', expression('In', ['quant', 'risk']), {}, false],
    ['team notin (quant)', expression('NotIn', ['quant']), {}, true],
    ['team notin (quant)', expression('NotIn', ['quant']), quant, false],
    ['team', expression('Exists'), { team: '' }, true],
    ['team', expression('Exists'), {}, false],
    ['!team', expression('DoesNotExist'), {}, true],
    ['!team', expression('DoesNotExist'), quant, false],
  ];
  for (const [text, selector, labels, matches] of cases) {
    it(`'${text}' ${matches ? 'matches' : 'does not match'} ${JSON.stringify(labels)}`, () => {
      equal(selectorText(selector), text);
      deepEqual(unmetRequirements(selector, labels), matches ? [] : [text]);
    });
  }

  it('names each requirement that is not met', () => {
    const selector: LabelSelector = { matchLabels: { a: '1', b: '2' }, ...expression('Exists') };
    deepEqual(unmetRequirements(selector, { a: '1' }), ['b=2', 'team']);
  });

  it('must have values with In and NotIn, and none with the other operators', () => {
    const isValid = (selector: unknown) => labelSelectorSchema.safeParse(selector).success;
    deepEqual(
      [expression('In'), expression('In', []), expression('NotIn'), expression('Exists', ['x'])].map(isValid),
      [false, false, false, false],
    );
    deepEqual([expression('In', ['x']), expression('Exists'), expression('Exists', [])].map(isValid), [
      true,
      true,
      true,
    ]);
  });
});
