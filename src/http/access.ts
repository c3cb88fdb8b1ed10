/** Who may use an HTTP server, and how: tokens, rate limits and TLS, from the options. */
import { createServer, type Server, type ServerOptions } from 'node:http';
import { type Gate, openGate } from './gate.ts';
import { type CertificateObserver, readKeyPair, renewKeyPair } from './key-pair.ts';
import type { AccessConfig } from './options.ts';

export interface Access {
  /** Null if every request is to be answered. */
  readonly gate: Gate | null;
  /** An HTTPS server if the options name a certificate, else an HTTP server. */
  createServer(options: ServerOptions): Promise<Server>;
  /** Ends the reading of files. */
  close(): void;
}

/** @throws Failure InvalidArguments if certificate and key cannot be used */
export async function openAccess(config: AccessConfig, observer: CertificateObserver): Promise<Access> {
  const pair = await readKeyPair(config);
  const gate = await openGate(config, observer);
  let stopRenewal = () => {};
  return {
    gate,
    createServer: async options => {
      if (pair === null) return createServer(options);
      const { createServer: createTlsServer } = await import('node:https');
      const { headersTimeout: handshakeTimeout } = options;
      const server = createTlsServer({
        ...options,
        ...(handshakeTimeout !== undefined && { handshakeTimeout }),
        ...pair.context,
      });
      stopRenewal = renewKeyPair(server, config, pair, observer);
      return server;
    },
    close: () => {
      gate?.close();
      stopRenewal();
    },
  };
}
