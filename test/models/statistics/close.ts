import { ok } from 'node:assert/strict';

/** Asserts that two numbers agree to `relative` of the expected one. */
export function close(actual: number, expected: number, relative = 1e-12): void {
  const difference = Math.abs(actual - expected);
  ok(difference <= relative * Math.abs(expected), `${actual} is not ${expected}, to ${relative}`);
}
