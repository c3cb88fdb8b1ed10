// @ts-check

/** As one word of a shell's command line, quoted only where it must be. @param {string} text */
export function shellQuoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
