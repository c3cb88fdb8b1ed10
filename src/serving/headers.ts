/** Headers that every answer carries. */

/** Nothing from elsewhere, nothing inline, no framing, no guessing of types. */
const contentSecurityPolicy =
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

export const jsonType = 'application/json; charset=utf-8';
