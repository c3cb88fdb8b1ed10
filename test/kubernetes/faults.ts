/** What can go wrong with a request. */
export type Fault =
  /** The connection breaks before the request is carried out. */
  | { readonly type: 'reset' }
  /** It is carried out, then the connection breaks: the answer is lost. */
  | { readonly type: 'lost-answer' }
  | { readonly type: 'status'; readonly code: number; readonly reason?: string; readonly retryAfter?: number }
  /** Carried out only when it is released by `stop`: never. */
  | { readonly type: 'hang' }
  /** Carried out after so many milliseconds. */
  | { readonly type: 'slow'; readonly milliseconds: number }
  /** Answered with no JSON. */
  | { readonly type: 'garbage' };

export interface FaultRule {
  readonly method?: string;
  readonly plural?: string;
  /** Only watches, or only what is none. */
  readonly watch?: boolean;
  /** Requests that it meets; default 1. */
  readonly times?: number;
  readonly fault: Fault;
}

export interface RequestFacts {
  readonly method: string;
  readonly plural: string;
  readonly watch: boolean;
}

/** Rules in order: the first that fits is used up once. */
export class Faults {
  readonly #rules: { readonly rule: FaultRule; left: number }[] = [];

  /** Returns a function that takes the rule back. */
  add(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? 1 };
    this.#rules.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  take({ method, plural, watch }: RequestFacts): Fault | null {
    const entry = this.#rules.find(
      ({ rule, left }) =>
        left > 0 &&
        (rule.method ?? method) === method &&
        (rule.plural ?? plural) === plural &&
        (rule.watch ?? watch) === watch,
    );
    if (entry === undefined) return null;
    entry.left--;
    return entry.rule.fault;
  }
}
