/** Every metric that the server and the operator register, by name. */
import { registeredMetrics } from '../../scripts/generated/metrics-table.ts';

/** The server's that are agreed on and not registered yet. */
const agreed = [
  'bellwether_http_connections',
  'bellwether_event_loop_utilization_ratio',
  'bellwether_batch_uploads',
  'bellwether_batch_uploads_limit',
  'bellwether_input_psi',
  'bellwether_input_window_rows',
  'bellwether_input_window_rows_limit',
  'bellwether_input_training_rows',
];

/** A histogram by its name, without `_bucket`, `_sum` and `_count`. */
export function knownMetrics(): ReadonlySet<string> {
  return new Set([...registeredMetrics().map(({ name }) => name), ...agreed]);
}
