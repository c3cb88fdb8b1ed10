/** Which requests need access, and to what. */
import type { Scope } from '../http/gate.ts';

/** Paths that the kubelet probes, which has no token. */
const probes = new Set(['/livez', '/health']);

/** Routes match without regard to case and with a slash at the end. */
const metricsPath = /^\/metrics\/?$/i;

/** Whether a request needs a token and counts against a limit, where there are any. */
export function needsAccess(method: string, path: string): boolean {
  return !probes.has(path) || (method !== 'GET' && method !== 'HEAD');
}

export function scopeOf(path: string): Scope {
  return metricsPath.test(path) ? 'metrics' : 'api';
}
