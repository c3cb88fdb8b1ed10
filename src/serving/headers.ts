/** Headers of every answer. */

/** No foreign or inline resources, no framing, no content sniffing. */
const contentSecurityPolicy =
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

export const jsonType = 'application/json; charset=utf-8';
