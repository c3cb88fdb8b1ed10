/** Reasons of a Model's conditions. Others come from pods (`cause.ts`) and from refusals of the API server. */
export const reasons = {
  noChampion: 'NoChampion',
  nameTaken: 'NameTaken',
  scaledToZero: 'ScaledToZero',
  claimTerminating: 'ClaimTerminating',
  contended: 'Contended',
  rolloutFailed: 'RolloutFailed',

  serving: 'Serving',
  unavailable: 'Unavailable',
  otherVersion: 'OtherVersion',

  invalidSpec: 'InvalidSpec',
  notAllowed: 'NotAllowed',
  pinnedRunNotFound: 'PinnedRunNotFound',
  newVersion: 'NewVersion',
  updating: 'Updating',
  scaling: 'Scaling',
  complete: 'Complete',
} as const;

/** All of them. Any other reason is that of a refusal or of a pod. */
export const ownReasons: readonly string[] = Object.values(reasons);

/** What happens to servers whose claim has been deleted. */
export function claimTerminating(claim: string): string {
  return (
    `The PersistentVolumeClaim ${claim} is being deleted: it exists until the last pod that uses it ends, and no new pod ` +
    'can mount it. The artifacts are lost then; copy them, or create the Model with another claim.'
  );
}

/** About a spec with fields that are not allowed. */
export function notAllowed(problems: readonly string[]): string {
  return `The spec is not applied, and what is served stays as it is: ${problems.join(' ')}`;
}
