/** The last lines that a program printed, for those who see nothing else of its log. */

const mostLines = 20;
const mostBytes = 1500;

/** Keeps the end of what it is told. */
export class LogTail {
  #text = '';

  /** The last 20 lines, of 1,500 bytes at most: the first of them may be cut. */
  get text(): string {
    return this.#text.trimEnd();
  }

  /** Takes what is printed, in pieces of any size. */
  add(piece: string): void {
    const lines = `${this.#text}${piece.slice(-mostBytes)}`.split('\n');
    // What follows the last line feed is no line yet, or nothing.
    const last = lines.slice(-mostLines - 1).join('\n');
    const bytes = Buffer.from(last);
    // A character that was cut in two becomes a replacement character: dropped.
    this.#text =
      bytes.length <= mostBytes
        ? last
        : bytes
            .subarray(-mostBytes)
            .toString()
            .replace(/^\uFFFD+/, '');
  }

  /** Listens to what `stream` is given, this thread's or a worker's. */
  follow(stream: NodeJS.WriteStream): void {
    const write = stream.write.bind(stream) as (...call: unknown[]) => boolean;
    stream.write = (...call: unknown[]) => {
      this.add(String(call[0]));
      return write(...call);
    };
  }
}
