/** The certificate and the private key of a server, read from files and replaced while it runs. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server as HttpsServer } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { Failure, messageOf } from '../failure.ts';
import type { AccessObserver } from './gate.ts';
import type { AccessConfig } from './options.ts';
import { poll } from './poll.ts';

export interface KeyPair {
  /** For `createServer` and `setSecureContext`. */
  readonly context: SecureContextOptions;
  /** Of the server's own certificate, milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface CertificateObserver extends AccessObserver {
  /** Milliseconds since the epoch. */
  certificateExpires(at: number): void;
}

interface Files {
  readonly cert: string;
  readonly key: string;
}

function filesOf({ tlsCert, tlsKey }: AccessConfig): Files | null {
  return tlsCert === undefined || tlsKey === undefined ? null : { cert: tlsCert, key: tlsKey };
}

/** Null if the options have no certificate. @throws Failure InvalidArguments if the pair cannot be used */
export async function readKeyPair(config: AccessConfig): Promise<KeyPair | null> {
  const files = filesOf(config);
  return files === null ? null : parse(await readPair(files), files);
}

/**
 * Reads the files at an interval and gives a new pair to the server. A pair that cannot be used is logged once, and the
 * server keeps the one that it has. Open connections keep theirs in any case.
 * @param first the pair that the server has
 * @returns ends it
 */
export function renewKeyPair(
  server: HttpsServer,
  config: AccessConfig,
  first: KeyPair,
  observer: CertificateObserver,
): () => void {
  const files = filesOf(config);
  if (files === null) return () => {};
  const inUse = (pair: KeyPair) => {
    observer.usable('certificate', true);
    observer.certificateExpires(pair.expiresAt);
    current = pair.context;
  };
  let current = first.context;
  let lastProblem: string | null = null;
  inUse(first);
  return poll(config.reloadSeconds * 1000, async () => {
    try {
      const pair = parse(await readPair(files), files);
      lastProblem = null;
      if (!isSame(pair.context, current)) {
        server.setSecureContext(pair.context);
        const expiresAt = new Date(pair.expiresAt).toISOString();
        observer.log.info({ path: files.cert, expiresAt }, 'certificate replaced');
      }
      inUse(pair);
    } catch (error) {
      const problem = messageOf(error);
      observer.usable('certificate', false);
      if (problem === lastProblem) return;
      lastProblem = problem;
      observer.log.error({ path: files.cert, problem }, 'certificate not replaced: the earlier one is kept');
    }
  });
}

function isSame(left: SecureContextOptions, right: SecureContextOptions): boolean {
  return left.cert === right.cert && left.key === right.key;
}

async function readPair(files: Files): Promise<{ cert: string; key: string }> {
  try {
    const [cert, key] = await Promise.all([readFile(files.cert, 'utf8'), readFile(files.key, 'utf8')]);
    return { cert, key };
  } catch (error) {
    throw new Failure('InvalidArguments', `cannot read certificate or key: ${messageOf(error)}`, {}, error);
  }
}

function parse(pair: { cert: string; key: string }, files: Files): KeyPair {
  const context: SecureContextOptions = { ...pair, minVersion: 'TLSv1.2' };
  try {
    // Throws if either is malformed, and if the key is not the certificate's.
    createSecureContext(context);
    return { context, expiresAt: Date.parse(new X509Certificate(pair.cert).validTo) };
  } catch (error) {
    throw new Failure(
      'InvalidArguments',
      `cannot use the certificate ${files.cert} with the key ${files.key}: ${messageOf(error)}`,
      {},
      error,
    );
  }
}
