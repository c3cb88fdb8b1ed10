import assert from 'node:assert/strict';
import fc from 'fast-check';
import { html } from '../../src/web/html.js';

describe('html', () => {
  it('escapes values and keeps HTML', () => {
    const inner = html`<b>${'a & b'}</b>`;
    assert.equal(
      String(html`<p title="${'"'}">${inner} ${1}</p>`),
      '<p title="&#34;"><b>a &#38; b</b> 1</p>',
    );
  });

  it('joins lists, and omits null, undefined and false', () => {
    const items = ['x', 'y'].map(item => html`<li>${item}</li>`);
    assert.equal(
      String(html`<ul>${items}${null}${undefined}${false}${0}</ul>`),
      '<ul><li>x</li><li>y</li>0</ul>',
    );
  });

  it('never lets a text open a tag or leave an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', '\u2028') }), text => {
        assert.doesNotMatch(String(html`${text}`), /[<>"']/);
      }),
    );
  });
});
