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
  /** The champion's artifacts are missing and nothing serves, or the run is approved: only the floors apply. */
  championLost: 'ChampionLost',
  /** The champion's artifacts do not match their digests. */
  championAltered: 'ChampionAltered',
  /** The champion's artifacts do not exist, and servers still serve it. */
  championMissing: 'ChampionMissing',
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

/** The champion's artifacts are damaged: only an approval or a pin promotes a run. */
export const damageReasons: ReadonlySet<string> = new Set([reasons.championAltered, reasons.championMissing]);

export type Reason = (typeof reasons)[keyof typeof reasons];
