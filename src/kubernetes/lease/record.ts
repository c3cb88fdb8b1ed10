/** A Lease as it is read and written. */
import { microTime } from '../micro-time.ts';
import { apiVersionOf, LEASES, type Manifest, type RawObject } from '../resource.ts';
import type { V1Lease } from '../types.ts';

type Lease = RawObject<V1Lease>;

/** Who holds a Lease, and for how long after its last change; '' for nobody. */
export function holderOf({ spec = {} }: Lease): { identity: string; milliseconds: number | null } {
  const { holderIdentity = '', leaseDurationSeconds } = spec;
  return {
    identity: holderIdentity,
    milliseconds: leaseDurationSeconds === undefined ? null : leaseDurationSeconds * 1000,
  };
}

/** The Lease as its first holder makes it; times are milliseconds. */
export function newLease(namespace: string, name: string, identity: string, duration: number, now: number) {
  return {
    apiVersion: apiVersionOf(LEASES),
    kind: LEASES.kind,
    metadata: { namespace, name },
    spec: { ...held(identity, duration, now), acquireTime: microTime(now), leaseTransitions: 0 },
  } satisfies Manifest<V1Lease>;
}

/** The Lease taken over or renewed; times are milliseconds. */
export function heldLease(lease: Lease, identity: string, duration: number, now: number): Lease {
  const { spec = {} } = lease;
  const renewed = { ...spec, ...held(identity, duration, now) };
  if (spec.holderIdentity === identity) return { ...lease, spec: renewed };
  const leaseTransitions = (spec.leaseTransitions ?? 0) + 1;
  return { ...lease, spec: { ...renewed, acquireTime: microTime(now), leaseTransitions } };
}

/** The Lease given up; times are milliseconds. */
export function releasedLease(lease: Lease, now: number): Lease {
  return { ...lease, spec: { ...lease.spec, ...held('', 1000, now) } };
}

function held(holderIdentity: string, duration: number, now: number) {
  return { holderIdentity, leaseDurationSeconds: Math.ceil(duration / 1000), renewTime: microTime(now) };
}
