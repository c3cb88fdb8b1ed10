/** The id that joins a request, its answer and its log lines. */
import { randomBytes } from 'node:crypto';

const sane = /^[\w.:/+=-]{1,128}$/;

/** The given id when it is sane, else a new one. */
export type RequestIds = (given: string | string[] | undefined) => string;

/** Ids of one process: a random prefix and a counter, since a random id for each request costs more than a prediction. */
export function requestIds(): RequestIds {
  const prefix = randomBytes(6).toString('hex');
  let count = 0;
  return given => {
    if (typeof given === 'string' && sane.test(given)) return given;
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
}
