/** Objects without what differs between two births: identity, versions and times. */
import { annotations } from '../../../src/api/group.ts';
import type { Raw } from '../simulation/raw.ts';

const serverFields = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields'];
/** They are digests of objects with the uid of their owner. */
const digests: readonly string[] = [annotations.applied, annotations.template];

/**
 * An object as a user wants it, apart from its status. The order of a container's variables has no meaning, and an empty
 * map of resources is none.
 */
export function normalised(object: Raw): Raw {
  const [container] = object.spec?.template?.spec?.containers ?? [];
  if (container !== undefined) {
    const { env, resources, ...others } = container;
    const used = Object.entries(resources).filter(([, map]) => Object.keys(map as object).length > 0);
    const sorted = env.toSorted((a: Raw, b: Raw) => (a.name < b.name ? -1 : 1));
    return withoutIdentity({
      ...object,
      spec: {
        ...object.spec,
        template: {
          ...object.spec.template,
          spec: {
            ...object.spec.template.spec,
            containers: [{ ...others, env: sorted, resources: Object.fromEntries(used) }],
          },
        },
      },
    });
  }
  return withoutIdentity(object);
}

function withoutIdentity(object: Raw): Raw {
  const { status: _, metadata, ...rest } = object;
  const kept = Object.entries(metadata).filter(([name]) => !serverFields.includes(name));
  const { annotations: notes = {}, ownerReferences = [], ...others } = Object.fromEntries(kept) as Raw;
  const own = Object.entries(notes).filter(([name]) => !digests.includes(name));
  return withoutTimes({
    ...rest,
    metadata: {
      ...others,
      annotations: Object.fromEntries(own),
      ownerReferences: ownerReferences.map(({ uid: _, ...owner }: Raw) => owner),
    },
  });
}

/** Times, and the minutes in the names of scheduled runs and Jobs, replaced by a constant. */
export function withoutTimes(value: Raw): Raw {
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
      .replaceAll(/\b(m|m-score)-\d{6,}\b/g, '$1-MINUTE'),
  );
}
