import assert from 'node:assert/strict';
import {
  bytes,
  count,
  day,
  decimal,
  digitsOf,
  indicator,
  month,
  percent,
  percentInterval,
  price,
  pValue,
  signed,
  signedPercent,
  unbroken,
} from '../../src/web/format.js';

describe('figures for people', () => {
  for (const [made, text] of [
    [decimal(1.2345, 2), '1.23'],
    [decimal(-1.2345, 2), '−1.23'],
    [decimal(-0.001, 2), '0.00'],
    [signed(0.5, 1), '+0.5'],
    [signed(-0.5, 1), '−0.5'],
    [signed(0, 1), '0.0'],
    [signed(0.004, 1), '0.0'],
    [percent(0.01234), '1.23\u00a0%'],
    [percent(null), '–'],
    [signedPercent(0.000_714, 3), '+0.071\u00a0%'],
    [percentInterval({ estimate: 0.885, lower: 0.861, upper: 0.904 }), '88.5\u00a0% (86.1 to 90.4)'],
    [pValue(0.0009), 'p < 0.001'],
    [pValue(0.0341), 'p = 0.034'],
    [pValue(1), 'p = 1.000'],
    [unbroken('83.6 %, p = 0.03; p < 0.1'), '83.6\u00a0%, p\u00a0=\u00a00.03; p\u00a0<\u00a00.1'],
    [count(0), '0'],
    [count(999), '999'],
    [count(1259), '1,259'],
    [count(1_000_000), '1,000,000'],
    [price(188.59), '188.59'],
    [price(712_345), '712345.00'],
    [price(1.0832), '1.083'],
    [price(0.001_234_5), '0.001234'],
    [day('2018-05-01'), '1 May 2018'],
    [month('2018-12-31'), 'Dec 2018'],
    [bytes(999), '999 B'],
    [bytes(1500), '1.5 kB'],
    [bytes(3_210_000), '3.2 MB'],
    [indicator(0.042_596_098_712_3), '0.042596099'],
    [indicator(69.24), '69.24'],
  ] as const) {
    it(`formats ${text}`, () => assert.equal(made, text));
  }
});

describe('the digits of ticks', () => {
  for (const [step, digits] of [
    [50, 0],
    [1, 0],
    [0.5, 1],
    [2.5, 1],
    [0.25, 2],
    [0.1 * 3, 1],
    [2e-7, 7],
  ] as const) {
    it(`are ${digits} for steps of ${step}`, () => assert.equal(digitsOf(step), digits));
  }
});
