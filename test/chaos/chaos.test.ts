import assert from 'node:assert/strict';
import { Random } from '../../src/models/random.ts';
import { shuffledForEver } from './plan.ts';
import { chaosReport } from './report.ts';
import { withSection } from './section.ts';
import { memoryOf } from './soak/process-metrics.ts';
import { slopeOf } from './soak/slope.ts';

describe('the plan of faults', () => {
  const kinds = [{ name: 'rare' }, { name: 'frequent', weight: 3 }];
  const first = (seed: number, count: number) => {
    const drawn = shuffledForEver(kinds, new Random(seed));
    return Array.from({ length: count }, () => drawn.next().value.name);
  };

  it('is the same for the same seed', () => {
    assert.deepEqual(first(1, 40), first(1, 40));
    assert.notDeepEqual(first(1, 40), first(2, 40));
  });

  it('contains each kind in proportion to its weight, within each round', () => {
    for (const begin of [0, 4, 8]) {
      const round = first(1, 12).slice(begin, begin + 4);
      assert.equal(round.filter(name => name === 'rare').length, 1, round.join());
    }
  });
});

describe('the slope of memory', () => {
  const line = Array.from({ length: 100 }, (_, index) => ({
    hours: index / 100,
    megabytes: 80 + 2 * (index / 100),
  }));

  it('is exact for a straight line', () => {
    const { perHour, standardError, first, last } = slopeOf(line);
    assert.ok(Math.abs(perHour - 2) < 1e-9 && standardError < 1e-6);
    assert.ok(Math.abs(first - 80) < 1e-9 && Math.abs(last - 81.98) < 1e-9);
  });

  it('has a larger error if neighbouring residuals are alike', () => {
    const noisy = (period: number) =>
      line.map(({ hours, megabytes }, index) => ({
        hours,
        megabytes: megabytes + (Math.floor(index / period) % 2 === 0 ? 1 : -1),
      }));
    assert.ok(slopeOf(noisy(10)).standardError > 2 * slopeOf(noisy(1)).standardError);
  });

  it('needs three samples', () => {
    assert.throws(() => slopeOf(line.slice(0, 2)), RangeError);
  });

  it('is computed from the metrics of a process', () => {
    const metrics =
      'process_resident_memory_bytes 81000000\nnodejs_heap_size_used_bytes{a="b"} 2e7\nprocess_start_time_seconds 1.5\n';
    assert.deepEqual(memoryOf(metrics), { megabytes: 81, heap: 20, startedAt: 1.5 });
    assert.throws(() => memoryOf(''), /process_resident_memory_bytes/);
  });
});

describe('the report', () => {
  const report = chaosReport({
    seed: 1,
    lanes: 2,
    minutes: 3,
    date: '2026-01-02',
    kinds: [
      { name: 'a', expected: 'x' },
      { name: 'b', expected: 'y' },
      { name: 'c', expected: 'z', unavailable: 'needs d' },
    ],
    outcomes: [
      { fault: 'a', lane: '1', second: 4, violations: [] },
      { fault: 'b', lane: '2', second: 5, violations: ['2 operators lead\ndetails'] },
    ],
    steps: { 'a further run': 1 },
    predictions: 10,
  });

  it('counts faults by kind, and those that did not end as expected', () => {
    assert.match(report, /^2 faults .* 1\nended as expected, 1 did not/);
    assert.match(report, /^\| a \| 1 \| x \| as expected \|$/m);
    assert.match(report, /^\| b \| 1 \| y \| \*\*1 times not\*\* \|$/m);
    assert.match(report, /^- second 5, lane 2, b: 2 operators lead$/m);
  });

  it('counts no fault that could not be injected', () => {
    assert.match(report, /^\| c \| 0 \| z \| \*\*not run\*\*: needs d \|$/m);
  });

  it('replaces only its section of a page', () => {
    const page = 'a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb';
    assert.equal(withSection(page, 'x', 'new'), 'a\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nb');
    assert.throws(() => withSection(page, 'y', 'new'), /no section y/);
  });
});
