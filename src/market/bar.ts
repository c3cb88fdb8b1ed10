/**
 * One settled trading day. Prices are in the symbol's currency, adjusted for splits but not for dividends, so that a
 * later dividend never changes a bar; volume is in shares.
 */
export interface Bar {
  /** The exchange's calendar day, `YYYY-MM-DD`. */
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}
