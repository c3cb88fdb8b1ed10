/** Reasons of a Model's conditions. Others come from pods (`cause.ts`) and from refusals of the API server. */
export const reasons = {
  noChampion: 'NoChampion',
  nameTaken: 'NameTaken',
  scaledToZero: 'ScaledToZero',
  rolloutFailed: 'RolloutFailed',

  serving: 'Serving',
  unavailable: 'Unavailable',

  invalidSpec: 'InvalidSpec',
  pinnedRunNotFound: 'PinnedRunNotFound',
  newVersion: 'NewVersion',
  updating: 'Updating',
  scaling: 'Scaling',
  complete: 'Complete',
} as const;
