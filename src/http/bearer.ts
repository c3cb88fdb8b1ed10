/** Bearer tokens of requests: RFC 6750, compared in constant time. */
import { hash, timingSafeEqual } from 'node:crypto';

/** An accepted token. Only its digest is kept. */
export interface AcceptedToken {
  /** SHA-256. */
  readonly digest: Buffer;
  /** Names the client that sends it, for rate limits. */
  readonly client: string;
}

export const minimumTokenLength = 16;
const maximumTokenLength = 4096;

const tokenPattern = /^[A-Za-z0-9._~+/-]+=*$/;
const headerPattern = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** Whether a text can be a token: the characters that RFC 6750 allows, and long enough not to be guessed. */
export function isToken(text: string): boolean {
  return text.length >= minimumTokenLength && text.length <= maximumTokenLength && tokenPattern.test(text);
}

export function acceptedToken(token: string): AcceptedToken {
  const digest = digestOf(token);
  return { digest, client: digest.toString('base64') };
}

/** The token in the header Authorization; null if it has none. */
export function bearerToken(header: string | undefined): string | null {
  return header === undefined ? null : (headerPattern.exec(header)?.[1] ?? null);
}

/**
 * The accepted token that equals `token`; null if there is none. Digests of equal length are compared, each with all of
 * the accepted ones, so that the time does not depend on where they differ or which of them matches.
 */
export function findToken(accepted: readonly AcceptedToken[], token: string): AcceptedToken | null {
  const digest = digestOf(token);
  let found: AcceptedToken | null = null;
  for (const candidate of accepted) {
    if (timingSafeEqual(candidate.digest, digest)) found = candidate;
  }
  return found;
}

function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
