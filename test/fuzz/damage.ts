/** Generates damaged inputs: valid ones with a few changes, and arbitrary ones. */
import fc from 'fast-check';

/** Bytes that parsers treat in a special way. */
const special = [
  ...[
    '',
    ',',
    '"',
    '""',
    '\n',
    '\r',
    '\r\n',
    '\0',
    '\t',
    ' ',
    '{',
    '}',
    '[',
    ']',
    ':',
    '-',
    '.',
    '%',
    '%00',
    '/',
    '\\',
  ],
  ...[
    'NaN',
    'Infinity',
    '-0',
    '1e999',
    '1e-999',
    '9007199254740993',
    '0x10',
    'null',
    'true',
    '__proto__',
    '\ufeff',
    '\ud800',
  ],
].map(text => Buffer.from(text));

interface Change {
  readonly kind: 'flip' | 'insert' | 'remove' | 'repeat' | 'truncate';
  /** Where, and how far, as shares of the length. */
  readonly at: number;
  readonly length: number;
  readonly bit: number;
  readonly bytes: Uint8Array;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('flip', 'insert', 'remove', 'repeat', 'truncate'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.double({ min: 0, max: 1, noNaN: true }).map(share => share ** 4),
  bit: fc.integer({ min: 0, max: 7 }),
  bytes: fc.oneof(fc.constantFrom(...special), fc.uint8Array({ maxLength: 4 })),
});

function changed(bytes: Buffer, { kind, at, length, bit, bytes: inserted }: Change): Buffer {
  const from = Math.min(bytes.length, Math.floor(at * bytes.length));
  const to = Math.min(bytes.length, from + Math.ceil(length * bytes.length));
  const [before, part, after] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
  switch (kind) {
    case 'flip': {
      const copy = Buffer.from(bytes);
      if (from < copy.length) copy[from]! ^= 1 << bit;
      return copy;
    }
    case 'insert':
      return Buffer.concat([before, inserted, part, after]);
    case 'remove':
      return Buffer.concat([before, after]);
    case 'repeat':
      return Buffer.concat([before, part, part, after]);
    case 'truncate':
      return before;
  }
}

/** One of the valid inputs with one to four changes; sometimes any bytes. */
export function damaged(...valid: readonly (string | Uint8Array)[]): fc.Arbitrary<Buffer> {
  const changes = fc.array(change, { minLength: 1, maxLength: 4 });
  const nearly = fc
    .tuple(fc.constantFrom(...valid.map(input => Buffer.from(input))), changes)
    .map(([input, list]) => list.reduce(changed, input));
  const anything = fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes));
  return fc.oneof({ weight: 9, arbitrary: nearly }, { weight: 1, arbitrary: anything });
}
