/** Shows the progress of stages: one updated line per stage on a terminal, plain lines elsewhere. */
import type { StageName } from '../api/artifacts.ts';

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Milliseconds from any fixed point. */
export type Clock = () => number;

const barWidth = 20;
const eraseLine = '\r\x1b[2K';

export class StageDisplay {
  readonly #output: Output;
  readonly #clock: Clock;
  #stage: StageName = 'Fetch';
  #started = 0;
  #fraction = 0;
  #message = '';

  constructor(output: Output, clock: Clock) {
    this.#output = output;
    this.#clock = clock;
  }

  begin(stage: StageName): void {
    this.#stage = stage;
    this.#started = this.#clock();
    this.#fraction = 0;
    this.#message = '';
    this.progress(0, 'starting');
  }

  /**
   * On a terminal every call redraws the line. Elsewhere a line is written for each tenth of the work, and for a new message
   * at the same fraction, such as a retry.
   */
  progress(fraction: number, message: string): void {
    if (this.#output.isTTY) {
      const filled = Math.round(Math.min(1, Math.max(0, fraction)) * barWidth);
      const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
      const line = `  ${this.#stage.padEnd(9)} ${bar} ${this.#seconds()}  ${message}`;
      this.#output.write(`${eraseLine}${line.slice(0, (this.#output.columns ?? 80) - 1)}`);
      return;
    }
    const isNextTenth = Math.floor(fraction * 10) !== Math.floor(this.#fraction * 10);
    if (!isNextTenth && (fraction !== this.#fraction || message === this.#message)) return;
    this.#fraction = fraction;
    this.#message = message;
    this.#output.write(`${this.#stage}: ${Math.round(fraction * 100)} % ${message}\n`);
  }

  succeeded(reused: boolean, summary: string): void {
    this.#finish('✔', `${reused ? 'reused' : 'done'}: ${summary}`);
  }

  failed(message: string): void {
    this.#finish('✘', `failed: ${message}`);
  }

  #finish(mark: string, message: string): void {
    const line = this.#output.isTTY
      ? `${eraseLine}${mark} ${this.#stage.padEnd(9)} ${this.#seconds()}  ${message}`
      : `${this.#stage}: ${message} (${this.#seconds().trim()})`;
    this.#output.write(`${line}\n`);
  }

  #seconds(): string {
    return `${((this.#clock() - this.#started) / 1000).toFixed(1).padStart(5)} s`;
  }
}
