/** Reads and builds Lease objects. Times and durations are milliseconds. */
import { apiVersionOf, LEASES, type Manifest, type RawObject } from './resource.ts';
import type { V1Lease } from './types.ts';

type Lease = RawObject<V1Lease>;

/** The holder of a Lease, '' if there is none, and how long after its last renewal the Lease is valid. */
export function holderOf({ spec = {} }: Lease): { identity: string; milliseconds: number | null } {
  const { holderIdentity = '', leaseDurationSeconds } = spec;
  return {
    identity: holderIdentity,
    milliseconds: leaseDurationSeconds === undefined ? null : leaseDurationSeconds * 1000,
  };
}

/** The Lease that its first holder creates. */
export function newLease(namespace: string, name: string, identity: string, duration: number, now: number) {
  return {
    apiVersion: apiVersionOf(LEASES),
    kind: LEASES.kind,
    metadata: { namespace, name },
    spec: { ...holderFields(identity, duration, now), acquireTime: microTime(now), leaseTransitions: 0 },
  } satisfies Manifest<V1Lease>;
}

/** The Lease renewed by its holder or taken over by another candidate. */
export function heldLease(lease: Lease, identity: string, duration: number, now: number): Lease {
  const { spec = {} } = lease;
  const renewed = { ...spec, ...holderFields(identity, duration, now) };
  if (spec.holderIdentity === identity) return { ...lease, spec: renewed };
  const leaseTransitions = (spec.leaseTransitions ?? 0) + 1;
  return { ...lease, spec: { ...renewed, acquireTime: microTime(now), leaseTransitions } };
}

/** The Lease released: without a holder, and expired after a second. */
export function releasedLease(lease: Lease, now: number): Lease {
  return { ...lease, spec: { ...lease.spec, ...holderFields('', 1000, now) } };
}

function holderFields(holderIdentity: string, duration: number, now: number) {
  return { holderIdentity, leaseDurationSeconds: Math.ceil(duration / 1000), renewTime: microTime(now) };
}

/** A MicroTime of the API, such as 2026-11-23T21:30:00.123000Z. The API server requires six decimals. */
function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}
