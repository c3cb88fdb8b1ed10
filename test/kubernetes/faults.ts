/** Faults of a request. */
export type Fault =
  /** The connection breaks before the request is carried out. */
  | { readonly type: 'reset' }
  /** The request is carried out, then the connection breaks before the response. */
  | { readonly type: 'lost-answer' }
  | {
      readonly type: 'status';
      readonly code: number;
      /** Null: the Status has none. */
      readonly reason?: string | null;
      readonly message?: string;
      readonly retryAfter?: number;
    }
  /** There is never a response. */
  | { readonly type: 'hang' }
  /** The request is carried out after a delay. */
  | { readonly type: 'slow'; readonly milliseconds: number }
  /** The response is not JSON. */
  | { readonly type: 'garbage' };

export interface FaultRule {
  readonly method?: string;
  readonly plural?: string;
  readonly namespace?: string;
  /** true: only watches; false: only other requests. */
  readonly watch?: boolean;
  /** Number of requests that are affected; default 1. */
  readonly times?: number;
  readonly fault: Fault;
}

export interface RequestFacts {
  readonly method: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly watch: boolean;
}

/** Rules in order: the first that matches a request is applied, and its remaining count decreases. */
export class Faults {
  readonly #rules: { readonly rule: FaultRule; left: number }[] = [];

  /** Returns a function that removes the rule. */
  add(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? 1 };
    this.#rules.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  take({ method, plural, namespace, watch }: RequestFacts): Fault | null {
    const entry = this.#rules.find(
      ({ rule, left }) =>
        left > 0 &&
        (rule.method ?? method) === method &&
        (rule.plural ?? plural) === plural &&
        (rule.namespace ?? namespace) === namespace &&
        (rule.watch ?? watch) === watch,
    );
    if (entry === undefined) return null;
    entry.left--;
    return entry.rule.fault;
  }
}
