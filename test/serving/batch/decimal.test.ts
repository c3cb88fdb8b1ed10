import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecimalReader } from '../../../src/serving/batch/decimal.ts';

const reader = new DecimalReader();

/** The number and how many bytes it took, of text that a comma follows. */
function read(text: string): [number, number] {
  const value = reader.read(Buffer.from(`${text},`), 0);
  return [value, reader.end];
}

function assertSame(text: string): void {
  const [value, end] = read(text);
  assert.ok(Object.is(value, Number(text)), `${text}: ${value}, expected ${Number(text)}`);
  assert.equal(end, text.length, text);
}

const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${maxLength}}$`));

describe('decimal numbers from bytes', () => {
  it('are what Number() reads, for every double as JavaScript writes it', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(finite, value => assertSame(String(value))),
      { numRuns: 5000 },
    );
  });

  it('are what Number() reads, for any digits, point and exponent', () => {
    const sign = fc.constantFrom('', '-', '+');
    const exponent = fc.oneof(
      fc.constant(''),
      fc.integer({ min: -30, max: 30 }).map(power => `e${power}`),
    );
    fc.assert(
      fc.property(sign, digits(22), digits(22), exponent, (plusMinus, whole, fraction, power) => {
        if (whole + fraction === '') return;
        assertSame(`${plusMinus}${whole}.${fraction}${power}`);
      }),
      { numRuns: 10_000 },
    );
  });

  it('are rounded to even halfway between two doubles, and correctly next to it', () => {
    for (const text of [
      '9007199254740993',
      '9007199254740993.0',
      '9007199254740992.5',
      '900719925474099.25',
      '0.500000000000000166533453693773481063544750213623046875',
      '1.00000000000000011102230246251565404236316680908203125',
      '1.0000000000000001110223024625156540',
      '8.5000000000000008882',
      '0.1000000000000000055511151231257827',
      '123456789012345678e-20',
      '1e22',
      '1e23',
      '-0',
      '1e-400',
      '0e999',
    ]) {
      assertSame(text);
    }
  });

  it('are NaN for anything but a plain decimal number', () => {
    for (const text of ['', '-', '.', 'e5', 'NaN', 'Infinity', '-Infinity', '1e999', '-1e309']) {
      assert.ok(Number.isNaN(read(text)[0]), text);
    }
  });

  it('end at the first byte that is not part of them', () => {
    for (const [text, end] of [
      ['0x10', 1],
      ['1 ', 1],
      ['1e', 1],
      ['1e+', 1],
      ['1_000', 1],
      ['1.5.2', 3],
      ['12abc', 2],
    ] as const) {
      assert.equal(read(text)[1], end, text);
    }
  });
});
