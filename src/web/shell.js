// @ts-check

/** Quotes a text as one argument of a shell command, if necessary. @param {string} text */
export function shellQuoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
