/** What the operator asks of the API server. */
import { Counter, type Registry } from 'prom-client';

export interface ApiCall {
  readonly method: string;
  readonly host: string;
  /** 0 when there was no answer. */
  readonly code: number;
  /** The kind's plural. */
  readonly resource: string;
}

/** @returns counts one call. */
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
    help: 'Requests to the API server by method and kind: what the operator costs it',
    labelNames: ['method', 'resource'],
    registers,
  });
  return ({ method, host, code, resource }) => {
    calls.inc({ code: code === 0 ? '<error>' : code, method, host });
    resources.inc({ method, resource });
  };
}
