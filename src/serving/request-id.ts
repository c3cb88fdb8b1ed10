/** The id that joins a request, its answer and its log lines. */
import { randomBytes } from 'node:crypto';

const wellFormed = /^[\w.:/+=-]{1,128}$/;

/** The client's id if it is well formed, else a new one. */
export type RequestIds = (given: string | string[] | undefined) => string;

/** Ids of one process: a random prefix and a counter. A random id for each request would cost more than a prediction. */
export function requestIds(): RequestIds {
  const prefix = randomBytes(6).toString('hex');
  let count = 0;
  return given => {
    if (typeof given === 'string' && wellFormed.test(given)) return given;
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
}
