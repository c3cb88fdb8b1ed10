/** Preloaded into an operator: shifts its clock by the milliseconds in the file $CHAOS_CLOCK_FILE. */
import { readFileSync } from 'node:fs';

const file = process.env.CHAOS_CLOCK_FILE ?? '';
const maximumAgeMilliseconds = 100;
const RealDate = Date;
let offset = 0;
let readAt = Number.NEGATIVE_INFINITY;

function now(): number {
  if (performance.now() - readAt > maximumAgeMilliseconds) {
    readAt = performance.now();
    offset = readOffset();
  }
  return RealDate.now() + offset;
}

function readOffset(): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, parameters, type) =>
    Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, type),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
