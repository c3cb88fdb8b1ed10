/** The last lines that a program printed, for its termination message. */

const mostLines = 20;
const mostBytes = 1500;

/** Keeps the end of a log. */
export class LogTail {
  #text = '';

  /** The last 20 lines, at most 1,500 bytes: the first line may be truncated. */
  get text(): string {
    return this.#text.trimEnd();
  }

  /** Appends printed text, in pieces of any size. */
  add(piece: string): void {
    const lines = `${this.#text}${piece.slice(-mostBytes)}`.split('\n');
    // After the last line feed there is an incomplete line, or nothing.
    const last = lines.slice(-mostLines - 1).join('\n');
    const bytes = Buffer.from(last);
    // A truncated character becomes a replacement character, which is dropped.
    this.#text =
      bytes.length <= mostBytes
        ? last
        : bytes
            .subarray(-mostBytes)
            .toString()
            .replace(/^\uFFFD+/, '');
  }

  /** Appends everything that is written to `stream` from now on. */
  follow(stream: NodeJS.WriteStream): void {
    const write = stream.write.bind(stream) as (...call: unknown[]) => boolean;
    stream.write = (...call: unknown[]) => {
      this.add(String(call[0]));
      return write(...call);
    };
  }
}
