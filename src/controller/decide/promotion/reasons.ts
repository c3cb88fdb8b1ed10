/** The reasons of judgements, as in a Model's history. */
export const reasons = {
  /** Figures are missing or not numeric. */
  missingFigures: 'MissingFigures',
  /** Its models are byte-identical to the champion's. */
  alreadyChampion: 'AlreadyChampion',

  returnBelowFloor: 'ReturnBelowFloor',
  accuracyBelowFloor: 'AccuracyBelowFloor',
  persistenceBelowFloor: 'PersistenceBelowFloor',
  firstChampion: 'FirstChampion',

  /** The champion is not the one that Evaluate compared the run with. */
  championChanged: 'ChampionChanged',
  championNotComparable: 'ChampionNotComparable',
  /** The champion's artifacts can no longer be loaded: only the floors apply. */
  championLost: 'ChampionLost',
  differentQuestion: 'DifferentQuestion',
  worseReturn: 'WorseReturn',
  worseRisk: 'WorseRisk',
  betterReturn: 'BetterReturn',
  betterRisk: 'BetterRisk',
  newerData: 'NewerData',
  noGain: 'NoGain',

  /** It meets the requirements, but another version is pinned; or it is the pinned one. */
  pinned: 'Pinned',
  awaitingApproval: 'AwaitingApproval',
  approved: 'Approved',
  /** A newer run awaits approval too. */
  superseded: 'Superseded',
} as const;
export type Reason = (typeof reasons)[keyof typeof reasons];
