/** What all routes share. */
import type { ServerConfig } from '../config.ts';
import type { Logger } from '../observability/log.ts';
import type { ServerMetrics } from '../observability/metrics.ts';
import type { ServerState } from './state.ts';

export interface Services {
  readonly config: ServerConfig;
  readonly state: ServerState;
  readonly metrics: ServerMetrics;
  readonly log: Logger;
}
