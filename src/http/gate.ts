/** Decides which requests are answered: tokens first, then rate limits. */
import type { IncomingMessage } from 'node:http';
import { type AcceptedToken, bearerToken, findToken } from './bearer.ts';
import type { AccessConfig } from './options.ts';
import { poll } from './poll.ts';
import { clientOf, type RateLimit, RateLimiter } from './rate-limiter.ts';
import type { Refusal } from './refusal.ts';
import { readTokens } from './token-files.ts';

/** What a request is for: the metrics have tokens of their own. */
export type Scope = 'api' | 'metrics';

/** Credentials that are read from files. */
export type Credential = 'tokens' | 'metrics_tokens' | 'certificate';

export interface AccessLog {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
  error(about: object, message: string): void;
}

export interface AccessObserver {
  readonly log: AccessLog;
  /** Whether the files, as last read, can be used. */
  usable(credential: Credential, usable: boolean): void;
}

export interface Gate {
  /** Null if the request is to be answered. Counts it against the client's limit. */
  refusal(request: Pick<IncomingMessage, 'headers' | 'socket'>, scope: Scope): Refusal | null;
  /** Which scopes need a token. */
  readonly protects: Readonly<Record<Scope, boolean>>;
  readonly limit: RateLimit | null;
  /** Why no request to the API can be answered; null while requests with a right token are. */
  problem(): string | null;
  close(): void;
}

/** The rate limit in the options; null if there is none. */
export function rateLimitOf({ rateLimit, rateBurst }: AccessConfig): RateLimit | null {
  if (rateLimit === undefined) return null;
  return { perSecond: rateLimit, burst: rateBurst ?? Math.ceil(2 * rateLimit) };
}

/** Reads the tokens, then again at an interval. Null if the options restrict nothing. Never rejects. */
export async function openGate(config: AccessConfig, observer: AccessObserver): Promise<Gate | null> {
  const { tokenFile, metricsTokenFile } = config;
  const limit = rateLimitOf(config);
  if (tokenFile === undefined && metricsTokenFile === undefined && limit === null) return null;
  const tokens = tokenFile === undefined ? null : new TokenSource('tokens', tokenFile, observer);
  const metricsTokens =
    metricsTokenFile === undefined ? null : new TokenSource('metrics_tokens', metricsTokenFile, observer);
  const sources = [tokens, metricsTokens].filter(source => source !== null);
  const read = async () => {
    for (const source of sources) await source.read();
  };
  await read();
  const stop = sources.length === 0 ? () => {} : poll(config.reloadSeconds * 1000, read);
  const limiter = limit === null ? null : new RateLimiter(limit);
  const accepting = {
    api: tokens === null ? [] : [tokens],
    metrics: sources,
  } satisfies Record<Scope, readonly TokenSource[]>;
  return {
    refusal: (request, scope) => refusalOf(request, accepting[scope], limiter),
    protects: { api: tokens !== null, metrics: sources.length > 0 },
    limit,
    problem: () => tokens?.problem ?? null,
    close: stop,
  };
}

function refusalOf(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  sources: readonly TokenSource[],
  limiter: RateLimiter | null,
): Refusal | null {
  const address = () => clientOf(socket.remoteAddress);
  if (sources.length === 0) return limiter === null ? null : limited(limiter, address());
  const token = bearerToken(headers.authorization);
  const found = token === null ? null : acceptedBy(sources, token);
  if (found !== null) return limiter === null ? null : limited(limiter, found.client);
  // Requests without an accepted token count against the address, so that tokens cannot be guessed quickly.
  const refused = limiter === null ? null : limited(limiter, address());
  if (refused !== null) return refused;
  if (sources.every(source => source.tokens.length === 0)) return { kind: 'TokensUnavailable' };
  return { kind: token === null && headers.authorization === undefined ? 'TokenMissing' : 'TokenRefused' };
}

function acceptedBy(sources: readonly TokenSource[], token: string): AcceptedToken | null {
  let accepted: AcceptedToken | null = null;
  for (const { tokens } of sources) accepted = findToken(tokens, token) ?? accepted;
  return accepted;
}

function limited(limiter: RateLimiter, client: string): Refusal | null {
  const milliseconds = limiter.take(client);
  if (milliseconds === 0) return null;
  return {
    kind: 'TooManyRequests',
    retryAfterSeconds: Math.ceil(milliseconds / 1000),
    limit: limiter.limit,
  };
}

/** The accepted tokens of one file or folder, as last read. */
class TokenSource {
  readonly #credential: Credential;
  readonly #path: string;
  readonly #observer: AccessObserver;
  /** What was last logged. */
  #state = '';
  tokens: readonly AcceptedToken[] = [];
  /** Why there is no token; null if there is one. */
  problem: string | null = null;

  constructor(credential: Credential, path: string, observer: AccessObserver) {
    this.#credential = credential;
    this.#path = path;
    this.#observer = observer;
  }

  /** Without a token in the files, none is accepted: those of an earlier reading are not kept. */
  async read(): Promise<void> {
    const { tokens, problems } = await readTokens(this.#path);
    this.tokens = tokens;
    this.problem = tokens.length === 0 ? `no token is accepted: ${problems.join('; ')}` : null;
    this.#observer.usable(this.#credential, problems.length === 0);
    const state = [...tokens.map(({ client }) => client), ...problems].join('\n');
    if (state === this.#state) return;
    this.#state = state;
    this.#report(tokens.length, problems);
  }

  #report(accepted: number, problems: readonly string[]): void {
    const { log } = this.#observer;
    const about = { path: this.#path, accepted, ...(problems.length > 0 && { problems }) };
    if (accepted === 0) log.error(about, 'no token can be read: every request that needs one is refused');
    else if (problems.length > 0) log.warn(about, 'tokens read; some files have none');
    else log.info(about, 'tokens read');
  }
}
