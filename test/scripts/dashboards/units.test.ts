import assert from 'node:assert/strict';
import { formatted } from '../../../scripts/dashboards/page/units.js';

describe('values with their units, as Grafana writes them', () => {
  const cases: [value: number, unit: string, decimals: number | undefined, text: string][] = [
    [3, 'none', undefined, '3'],
    [0.99781, 'none', undefined, '0.998'],
    [0.99781, 'none', 4, '0.9978'],
    [0, 'none', undefined, '0'],
    [1234, 'short', undefined, '1.23 K'],
    [-2_500_000, 'short', undefined, '-2.50 Mil'],
    [0.5, 'short', undefined, '0.500'],
    [0.1234, 'percentunit', 1, '12.3%'],
    [0, 's', 1, '0 s'],
    [0.00042, 's', undefined, '420 µs'],
    [0.0174, 's', undefined, '17.4 ms'],
    [90, 's', undefined, '1.50 mins'],
    [5400, 's', 1, '1.5 hours'],
    [-259_200, 's', 1, '-3.0 days'],
    [1_209_600, 's', undefined, '2 weeks'],
    [92_274_688, 'bytes', undefined, '88 MiB'],
    [512, 'bytes', undefined, '512 B'],
    [32.61, 'reqps', undefined, '32.6 req/s'],
    [12_000, 'rowsps', undefined, '12K rows/s'],
    [Date.UTC(2026, 10, 24), 'time:YYYY-MM-DD', undefined, '2026-11-24'],
  ];
  for (const [value, unit, decimals, text] of cases) {
    it(`${value} ${unit} ${decimals ?? ''}`, () => assert.equal(formatted(value, unit, decimals), text));
  }

  it('knows no other unit', () => assert.throws(() => formatted(1, 'furlong'), /add it to units.js/));
});
