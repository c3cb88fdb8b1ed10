/** Why a request is refused, and the response to the client. */
import type { RateLimit } from './rate-limiter.ts';

export type Refusal =
  | { readonly kind: 'TokenMissing' | 'TokenRefused' | 'TokensUnavailable' }
  | { readonly kind: 'TooManyRequests'; readonly retryAfterSeconds: number; readonly limit: RateLimit };

export interface RefusalAnswer {
  readonly status: 401 | 429 | 503;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @param health the path that reports why tokens cannot be read */
export function answerOf(refusal: Refusal, health: string): RefusalAnswer {
  switch (refusal.kind) {
    case 'TokenMissing':
      return {
        status: 401,
        message: 'a token is needed: send the header Authorization: Bearer <token>',
        headers: { 'www-authenticate': 'Bearer realm="bellwether"' },
      };
    case 'TokenRefused':
      return {
        status: 401,
        message: 'the token is not accepted; it may have been replaced by a new one',
        headers: { 'www-authenticate': 'Bearer realm="bellwether", error="invalid_token"' },
      };
    case 'TokensUnavailable':
      return {
        status: 503,
        message: `the server cannot read its tokens, so it accepts none; see GET ${health}`,
        headers: {},
      };
    case 'TooManyRequests': {
      const { limit, retryAfterSeconds } = refusal;
      return {
        status: 429,
        message: `a client may send ${limit.perSecond} requests per second, and ${limit.burst} at once: try again in ${retryAfterSeconds} s`,
        headers: { 'retry-after': String(retryAfterSeconds) },
      };
    }
  }
}
