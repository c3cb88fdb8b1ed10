/** Metrics and log of the credentials that a program reads from files. */
import { Gauge, type Registry } from 'prom-client';
import type { AccessLog } from '../http/gate.ts';
import type { CertificateObserver } from '../http/key-pair.ts';

/** Registers the metrics. They have no series until a credential is configured. */
export function accessObserver(registry: Registry, log: AccessLog): CertificateObserver {
  const usable = new Gauge({
    name: 'bellwether_credentials_usable',
    help: 'Whether the files of tokens, metrics_tokens or certificate, as last read, can be used; absent if not configured',
    labelNames: ['credential'],
    registers: [registry],
  });
  const expiry = new Gauge({
    name: 'bellwether_certificate_expiry_timestamp_seconds',
    help: 'When the certificate in use expires; absent without TLS',
    registers: [registry],
  });
  // A gauge without labels starts at 0.
  expiry.remove();
  return {
    log,
    usable: (credential, isUsable) => usable.set({ credential }, Number(isUsable)),
    certificateExpires: at => expiry.set(at / 1000),
  };
}
