// @ts-check
/** HTML from templates whose values are escaped unless they are HTML themselves. */

/** A piece of HTML that is safe to insert into a page. */
export class Html {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/** @typedef {string | number | Html | null | undefined | false} Piece */

/**
 * A template tag: strings and numbers are escaped, {@link Html} is inserted as it is, lists are joined, and
 * null, undefined and false become nothing.
 *
 * @param {TemplateStringsArray} strings
 * @param {...(Piece | readonly Piece[])} values
 * @returns {Html}
 */
export function html(strings, ...values) {
  const pieces = strings.map((text, i) => (i < values.length ? text + render(values[i]) : text));
  return new Html(pieces.join(''));
}

/**
 * A table that scrolls on narrow pages and can be focused by keyboard.
 * @param {string} label
 * @param {Html} table
 */
export function scrollable(label, table) {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;
}

/** @param {string} text */
export function escapeHtml(text) {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}

/**
 * @param {Piece | readonly Piece[]} value
 * @returns {string}
 */
function render(value) {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(render).join('');
  return escapeHtml(String(value));
}
