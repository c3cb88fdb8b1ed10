/** The claim of a Model's artifacts: created once, and deleted with the Model only as long as its spec wants that. */
import type { ModelSpec } from '../../../api/model.ts';
import type { Action } from '../../plan.ts';
import { claimOwner, renderClaim } from '../../render/claim.ts';
import { claims } from '../../resources.ts';
import type { ServingInput } from '../types.ts';

/** At once, because runs need it; nothing for a claim that the spec names. */
export function decideClaim({ model, claim }: ServingInput, spec: ModelSpec): Action[] {
  const object = renderClaim(model, spec);
  if (object === null) return [];
  if (claim === null) return [{ kind: 'Create', type: claims, object }];
  const others = claim.owners.filter(({ uid }) => uid !== model.uid);
  const isOwned = others.length < claim.owners.length;
  const shouldBeOwned = spec.artifacts.whenDeleted === 'Delete';
  // An object has at most one controller.
  const isOfAnother = others.some(({ controller }) => controller === true);
  if (claim.deleting || isOwned === shouldBeOwned || (shouldBeOwned && isOfAnother)) return [];
  const { namespace, name, uid, resourceVersion } = claim;
  const ownerReferences = shouldBeOwned ? [...others, claimOwner(model)] : others;
  return [
    {
      kind: 'Merge',
      type: claims,
      namespace,
      name,
      // With uid and resourceVersion, so that the list replaces only the one that was observed.
      patch: { metadata: { uid, resourceVersion, ownerReferences } },
    },
  ];
}
