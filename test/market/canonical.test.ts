import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalBar, canonicalPrice } from '../../src/market/canonical.ts';

const price = fc.double({ min: 1e-6, max: 1e7, noNaN: true });

describe('canonical prices', () => {
  it('recovers quoted prices from 32-bit floats', () => {
    for (const quoted of [190.04, 0.1246, 1.12189, 5.01, 9999.99, 12.3456, 0.000123456]) {
      assert.equal(canonicalPrice(Math.fround(quoted)), quoted);
    }
    for (const quoted of [39_512.84, 67_234.56, 10_000.01]) {
      assert.equal(canonicalPrice(Math.fround(quoted)), quoted, 'cents are kept above 10,000');
    }
  });

  it('returns the same digits for any noise in the last bits of a quoted price', () => {
    const cents = fc.integer({ min: 1, max: 999_999 }).map(value => value / 100);
    fc.assert(
      fc.property(cents, fc.double({ min: -2e-7, max: 2e-7, noNaN: true }), (quoted, noise) => {
        assert.equal(canonicalPrice(Math.fround(quoted * (1 + noise))), quoted);
      }),
    );
  });

  it('changes nothing when applied twice, keeps the order, and moves a price by at most 5e-6', () => {
    fc.assert(
      fc.property(price, price, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        assert.equal(canonicalPrice(canonicalPrice(a)), canonicalPrice(a));
        assert.ok(canonicalPrice(low) <= canonicalPrice(high));
        assert.ok(Math.abs(canonicalPrice(a) - a) <= 5.001e-6 * a);
      }),
    );
  });

  it('widens a high and a low that are off by rounding, and nothing else', () => {
    const bar = { date: '2024-01-02', open: 64.5, high: 64.50144, low: 64.4, close: 64.501451, volume: 1 };
    assert.equal(canonicalBar(bar).close, 64.5015);
    assert.equal(canonicalBar(bar).high, 64.5015);
    assert.equal(canonicalBar({ ...bar, high: 64.49, close: 64.5 }).high, 64.49);
    assert.equal(canonicalBar({ ...bar, low: 64.500049, open: 64.500051 }).low, 64.5);
    assert.equal(canonicalBar({ ...bar, low: 64.51 }).low, 64.51);
  });

  it('makes every bar consistent that was consistent up to float noise', () => {
    const noise = fc.double({ min: -1e-6, max: 1e-6, noNaN: true });
    fc.assert(
      fc.property(price, price, noise, noise, (open, close, up, down) => {
        const raw = {
          open,
          close,
          high: Math.max(open, close) * (1 + up),
          low: Math.min(open, close) * (1 + down),
        };
        const bar = canonicalBar({ date: '2024-01-02', volume: 0, ...raw });
        assert.ok(bar.low <= Math.min(bar.open, bar.close) && bar.high >= Math.max(bar.open, bar.close));
      }),
    );
  });
});
