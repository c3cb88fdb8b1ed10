/** A story: what users and time do, and what must have come of it before the next act. */
import type { Cluster } from './cluster.ts';

export interface Act {
  readonly name: string;
  /** Seconds since the act before. Default 1. */
  readonly after?: number;
  readonly take: (cluster: Cluster) => void;
  /** Whether the cluster has done all that is to happen before the next act. */
  readonly until: (cluster: Cluster) => boolean;
}

export interface Story {
  readonly name: string;
  /** Puts objects into the cluster before there is an operator. */
  readonly prepare?: (cluster: Cluster) => void;
  /** What happens before, without faults. */
  readonly given?: readonly Act[];
  readonly acts: readonly Act[];
  /** Whether another process takes over at every write. */
  readonly hasStandby?: true;
  /** Checks the end of the undisturbed story. */
  readonly end: (cluster: Cluster) => void;
}
