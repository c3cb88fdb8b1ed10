/** All that a Model's conditions speak of, once it is known what is done. */
import type { Champion } from '../../../api/model.ts';
import type { DeploymentResource } from '../../observation.ts';
import type { ServingInput } from '../types.ts';
import type { Change } from './change.ts';
import type { Rollout, Serving } from './rollout.ts';

export interface Situation {
  readonly input: ServingInput;
  /** The version that should serve; null before the first promotion. */
  readonly target: Champion | null;
  readonly rollout: Rollout | undefined;
  readonly serving: Serving | undefined;
  /** Ours; null when there is none yet. */
  readonly deployment: DeploymentResource | null;
  readonly change: Change;
  /** Servers wanted; null when the spec cannot be read. */
  readonly replicas: number | null;
  /** Kinds whose name somebody else's object has. */
  readonly taken: readonly string[];
  /** Whether anything is left to be done to the Deployment or the other children. */
  readonly pending: boolean;
}

/** Without the time, the type and the generation, which are the same for all. */
export interface Verdict {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}
