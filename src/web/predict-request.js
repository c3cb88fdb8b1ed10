// @ts-check
/** @import { Feature } from '../api/artifacts.ts' */

/** "fraction per day, at least 0". @param {Feature} feature */
export function unitAndBounds({ unit, minimum, maximum }) {
  if (minimum !== null && maximum !== null) return `${unit}, ${minimum} to ${maximum}`;
  if (minimum !== null) return `${unit}, at least ${minimum}`;
  return maximum === null ? unit : `${unit}, at most ${maximum}`;
}

/**
 * The request body: a number where the text is one, otherwise the text itself, and no field where it is empty. The
 * server validates it.
 * @param {Iterable<readonly [string, unknown]>} entries
 */
export function requestOf(entries) {
  /** @type {Record<string, number | string>} */
  const body = {};
  for (const [name, value] of entries) {
    const text = String(value).trim().replace('−', '-');
    if (text === '') continue;
    body[name] = Number.isFinite(Number(text)) ? Number(text) : text;
  }
  return body;
}
