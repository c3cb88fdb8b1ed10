/** Leader election by a coordination.k8s.io/v1 Lease: of several candidates, at most one leads. */

import type { KubernetesClient } from './client.ts';
import type { Clock } from './clock.ts';

export interface LeaderElectionOptions {
  readonly client: Pick<KubernetesClient, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  /** Of the Lease. */
  readonly name: string;
  /** Of this candidate; unique to the process. */
  readonly identity: string;
  /** Called once, when this candidate becomes the leader. */
  readonly started: () => void;
  /** Called at most once, when leadership was lost and not given up by `stop`: the process must stop at once. */
  readonly lost: (reason: string) => void;
  /** Told of failed requests that were survived. */
  readonly report?: (error: unknown) => void;
  readonly timing?: Partial<LeaseTiming>;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** Milliseconds. */
export interface LeaseTiming {
  /** How long the others wait after the last renewal they saw; whole seconds. */
  readonly duration: number;
  /** A leader that could not renew for this long gives up. */
  readonly renewDeadline: number;
  /** Between attempts. */
  readonly retry: number;
}

export interface LeaderElection {
  start(): void;
  /** Gives the Lease up, so that another takes over at once. */
  stop(): Promise<void>;
  readonly leading: boolean;
}

export function createLeaderElection(options: LeaderElectionOptions): LeaderElection {
  throw new Error('to be written', { cause: options });
}
