import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clientOf, RateLimiter } from '../../src/http/rate-limiter.ts';

describe('the rate limiter', () => {
  it('admits a burst, then requests at the rate, and tells how long to wait', () => {
    let now = 1000;
    const limiter = new RateLimiter({ perSecond: 10, burst: 3 }, () => now);
    const take = () => Math.round(limiter.take('a'));
    assert.deepEqual([take(), take(), take()], [0, 0, 0]);
    assert.equal(take(), 100);
    now += 60;
    assert.equal(take(), 40);
    now += 40;
    assert.deepEqual([take(), take()], [0, 100]);
    now += 60_000;
    assert.deepEqual([take(), take(), take(), take()], [0, 0, 0, 100]);
  });

  it('admits requests that arrive exactly at the rate, also with one request at once', () => {
    let now = 0;
    const limiter = new RateLimiter({ perSecond: 3, burst: 1 }, () => now);
    for (let i = 0; i < 1000; i++) {
      assert.equal(limiter.take('a'), 0, String(i));
      now += 1000 / 3;
    }
  });

  it('limits each client by itself', () => {
    const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, () => 0);
    assert.equal(limiter.take('a'), 0);
    assert.ok(limiter.take('a') > 0);
    assert.equal(limiter.take('b'), 0);
  });

  it('never admits more than burst + rate × time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 }),
        (perSecond, burst, pauses) => {
          let now = 0;
          const limiter = new RateLimiter({ perSecond, burst }, () => now);
          let admitted = 0;
          for (const pause of pauses) {
            now += pause;
            if (limiter.take('a') === 0) admitted++;
          }
          return admitted <= burst + (perSecond * now) / 1000 + 1e-6;
        },
      ),
      { seed: 7 },
    );
  });

  it('remembers at most 10,000 of 100,000 clients, and forgets clients whose bucket is full', () => {
    let now = 0;
    const limiter = new RateLimiter({ perSecond: 1, burst: 10 }, () => now);
    for (let i = 0; i < 100_000; i++) {
      now += 0.01;
      assert.equal(limiter.take(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`), 0);
      assert.ok(limiter.clients <= 10_000);
    }
    now += 2000;
    limiter.take('new');
    assert.equal(limiter.clients, 1);
  });

  it('keeps the bucket of a client that is over its limit while others come and go', () => {
    let now = 0;
    const limiter = new RateLimiter({ perSecond: 1, burst: 100 }, () => now, 10);
    for (let i = 0; i < 100; i++) limiter.take('busy');
    for (let i = 0; i < 50; i++) {
      // Each of the others is idle again when the next ones come.
      now += 1100;
      for (let other = 0; other < 5; other++) limiter.take(`${i}-${other}`);
    }
    for (let i = 0; i < 55; i++) limiter.take('busy');
    assert.ok(limiter.take('busy') > 0);
  });

  it('takes an IPv4 address, or the /64 network of an IPv6 address, as the client', () => {
    for (const [address, client] of [
      ['10.0.0.1', '10.0.0.1'],
      ['::ffff:10.0.0.1', '10.0.0.1'],
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
      ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
      ['2001:db8::6', '2001:db8:0:0::/64'],
      ['::1', '0:0:0:0::/64'],
      ['fe80::1%eth0', 'fe80:0:0:0::/64'],
      [undefined, ''],
    ] as const) {
      assert.equal(clientOf(address), client);
    }
  });
});
