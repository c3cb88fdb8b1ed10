import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addDays, daysBetween, exchangeDays, isDay, utcDay } from '../../src/market/days.ts';

const anyDay = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map(date => date.toISOString().slice(0, 10));

describe('days', () => {
  it('recognises valid days', () => {
    for (const day of ['2024-02-29', '1999-12-31']) assert.ok(isDay(day), day);
    for (const text of ['2023-02-29', '2024-13-01', '2024-1-1', '20240101', '', '2024-01-01T00:00'])
      assert.ok(!isDay(text), text);
  });

  it('adds and counts days, across years and daylight saving', () => {
    assert.equal(addDays('2024-02-28', 2), '2024-03-01');
    assert.equal(daysBetween('2024-03-09', '2024-03-11'), 2);
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -40_000, max: 40_000 }), (day, days) => {
        assert.equal(daysBetween(day, addDays(day, days)), days);
      }),
    );
  });

  it("returns the exchange's day", () => {
    const moment = Date.parse('2024-07-01T03:30:00Z');
    assert.equal(exchangeDays('America/New_York')(moment), '2024-06-30');
    assert.equal(exchangeDays('Asia/Tokyo')(moment), '2024-07-01');
    // 00:30 in summer, 23:30 the day before in winter: an offset would get one of them wrong.
    const london = exchangeDays('Europe/London');
    assert.equal(london(Date.parse('2024-06-30T23:30:00Z')), '2024-07-01');
    assert.equal(london(Date.parse('2024-12-31T23:30:00Z')), '2024-12-31');
    assert.equal(utcDay('2024-07-01T03:30:00Z'), '2024-07-01');
    assert.throws(() => exchangeDays('Mars/Olympus'), RangeError);
  });
});
