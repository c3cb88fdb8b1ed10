/** Why a run was judged as it was: the one CamelCase word in a Model's history. */
export const reasons = {
  /** No figures to judge by: never promoted. */
  missingFigures: 'MissingFigures',
  /** Its models are the champion's, byte for byte. */
  alreadyChampion: 'AlreadyChampion',

  returnBelowFloor: 'ReturnBelowFloor',
  accuracyBelowFloor: 'AccuracyBelowFloor',
  persistenceBelowFloor: 'PersistenceBelowFloor',
  firstChampion: 'FirstChampion',

  /** Evaluate compared it with another version than the one that is champion now. */
  championChanged: 'ChampionChanged',
  championNotComparable: 'ChampionNotComparable',
  /** The champion's artifacts cannot be loaded any more: the floors alone decide. */
  championLost: 'ChampionLost',
  differentQuestion: 'DifferentQuestion',
  worseReturn: 'WorseReturn',
  worseRisk: 'WorseRisk',
  betterReturn: 'BetterReturn',
  betterRisk: 'BetterRisk',
  newerData: 'NewerData',
  noGain: 'NoGain',

  /** Good enough, while another version is pinned. */
  pinned: 'Pinned',
  awaitingApproval: 'AwaitingApproval',
  approved: 'Approved',
  /** A newer run waits for approval too. */
  superseded: 'Superseded',
} as const;
export type Reason = (typeof reasons)[keyof typeof reasons];
