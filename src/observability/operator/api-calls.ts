/** Counts the operator's requests to the API server. */
import { Counter, type Registry } from 'prom-client';

export interface ApiCall {
  readonly method: string;
  readonly host: string;
  /** HTTP status; 0 if there was no response. */
  readonly code: number;
  /** Plural name of the kind. */
  readonly resource: string;
}

/** @returns a function that counts one request. */
export function apiCallMetrics(registry: Registry): (call: ApiCall) => void {
  const registers = [registry];
  const calls = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the API server by status, method and host',
    labelNames: ['code', 'method', 'host'],
    registers,
  });
  const resources = new Counter({
    name: 'bellwether_api_requests_total',
    help: 'Requests to the API server by method and kind',
    labelNames: ['method', 'resource'],
    registers,
  });
  return ({ method, host, code, resource }) => {
    calls.inc({ code: code === 0 ? '<error>' : code, method, host });
    resources.inc({ method, resource });
  };
}
