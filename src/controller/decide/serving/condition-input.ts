/** What a Model's conditions Ready and Progressing are computed from. */
import type { Champion } from '../../../api/model.ts';
import type { DeploymentResource } from '../../observation.ts';
import type { ServingInput } from '../types.ts';
import type { Change } from './change.ts';
import type { LostField } from './lost-fields.ts';
import type { Rollout, Serving } from './rollout.ts';

export interface ConditionInput {
  readonly observed: ServingInput;
  /** The version that should serve; null before the first promotion. */
  readonly target: Champion | null;
  readonly rollout: Rollout | undefined;
  /** The version that was last rolled out completely. */
  readonly serving: Serving | undefined;
  /** The Model's own Deployment; null when it does not exist. */
  readonly deployment: DeploymentResource | null;
  readonly change: Change;
  /** Fields of the Deployment that others have changed. */
  readonly lost: readonly LostField[];
  /** Kind of a contended child, and who changes it in turn; null when there is no contention. */
  readonly contention: { readonly kind: string; readonly parties: string } | null;
  /** Desired number of servers; null when the spec is invalid. */
  readonly replicas: number | null;
  /** Kinds of desired objects whose name an object of another owner has. */
  readonly taken: readonly string[];
  /** Whether this decision has actions for the Deployment or the other children. */
  readonly pending: boolean;
}
