/** Every metric that the server and the operator register, by name. */
import { registeredMetrics } from '../../scripts/generated/metrics-table.ts';

/** A histogram by its name, without `_bucket`, `_sum` and `_count`. */
export function knownMetrics(): ReadonlySet<string> {
  return new Set(registeredMetrics().map(({ name }) => name));
}
