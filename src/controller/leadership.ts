/** The operator's leader election, with its metric and its log lines, and the check that only the leader writes. */
import { messageOf } from '../failure.ts';
import { ApiError, type KubernetesClient } from '../kubernetes/client.ts';
import type { ClientOptions } from '../kubernetes/http-client.ts';
import { createLeaderElection, type LeaderElection } from '../kubernetes/lease.ts';
import type { Logger } from '../observability/log.ts';
import type { OperatorMetrics } from '../observability/operator/metrics.ts';
import type { OperatorConfig } from './config.ts';
import { leases } from './resources.ts';

export interface Leadership {
  /** Not started yet. */
  readonly election: LeaderElection;
  /** Resolves with the reason when the Lease was lost. */
  readonly lost: Promise<string>;
}

export interface LeadershipOptions {
  readonly config: OperatorConfig;
  /** Of this candidate. */
  readonly identity: string;
  readonly client: KubernetesClient;
  readonly metrics: Pick<OperatorMetrics, 'setLeader'>;
  readonly log: Logger;
  /** Called once, when this process becomes the leader. */
  readonly elected: () => void;
}

/** Without leader election this process is the only operator and leads from the start. */
export function createLeadership(options: LeadershipOptions): Leadership {
  const { config, identity, client, metrics, log, elected } = options;
  const { leaseName: name, leaseNamespace: namespace } = config;
  const { promise: lost, resolve } = Promise.withResolvers<string>();
  metrics.setLeader(name, false);
  const started = () => {
    metrics.setLeader(name, true);
    log.info({ lease: name, identity }, 'leading');
    elected();
  };
  if (!config.leaderElection) {
    return { election: { start: started, stop: async () => {}, leading: true }, lost };
  }
  const election = createLeaderElection({
    client,
    namespace,
    name,
    identity,
    started,
    lost: reason => {
      metrics.setLeader(name, false);
      resolve(reason);
    },
    report: error => log.warn({ lease: name, cause: messageOf(error) }, 'lease request failed'),
  });
  return { election, lost };
}

/**
 * Rejects writes by a process that does not lead, except to Leases. It is checked before every request, since a process
 * may be suspended between a decision and its request for longer than its Lease lasts.
 */
export function leaderOnly(leading: () => boolean): NonNullable<ClientOptions['permit']> {
  return ({ method, resource }) => {
    if (method === 'GET' || resource === leases.plural || leading()) return;
    throw new ApiError(0, 'NotLeading', 'this process does not hold the Lease');
  };
}
