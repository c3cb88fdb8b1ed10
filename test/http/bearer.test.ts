import assert from 'node:assert/strict';
import { acceptedToken, bearerToken, findToken, isToken } from '../../src/http/bearer.ts';

const one = 'one-0123456789abcdef';
const two = 'two-0123456789abcdef';

describe('bearer tokens', () => {
  it('are taken from the header Authorization of this scheme alone', () => {
    for (const [header, token] of [
      [`Bearer ${one}`, one],
      [`bearer   ${one} `, one],
      ['Bearer a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
      [undefined, null],
      ['', null],
      ['Bearer', null],
      ['Bearer ', null],
      [one, null],
      [`Basic ${one}`, null],
      [`Bearer ${one} ${two}`, null],
      [`Bearer ${one},${two}`, null],
    ] as const) {
      assert.equal(bearerToken(header), token, header);
    }
  });

  it('must be long enough not to be guessed, in one line', () => {
    const long = 'x'.repeat(4096);
    for (const text of [one, 'x'.repeat(16), long]) assert.ok(isToken(text), text);
    const begin = '-----BEGIN CERTIFICATE-----';
    for (const text of ['', 'x'.repeat(15), `${long}x`, `${one}\n${two}`, `${one} `, begin, `${one}é`]) {
      assert.ok(!isToken(text), text);
    }
  });

  it('are found by equality, whichever of several it is', () => {
    const accepted = [acceptedToken(one), acceptedToken(two)];
    assert.equal(findToken(accepted, one), accepted[0]);
    assert.equal(findToken(accepted, two), accepted[1]);
    for (const token of ['', one.slice(1), `${one}x`, one.toUpperCase(), accepted[0]!.client]) {
      assert.equal(findToken(accepted, token), null, token);
    }
    assert.equal(findToken([], one), null);
  });

  it('are kept as digests of 32 bytes', () => {
    const { digest, client } = acceptedToken(one);
    assert.equal(digest.length, 32);
    assert.ok(!digest.includes(one) && !client.includes(one));
  });
});
