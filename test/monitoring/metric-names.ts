/** The metrics that a PromQL expression reads. */

const keywords = new Set([
  ...['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'],
  ...['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan'],
]);

/**
 * Names of metrics, each once, in order. Not a parser: braces, brackets and lists of labels are removed, and the names that
 * remain are metrics unless they are keywords or followed by a parenthesis.
 */
export function metricNames(expr: string): string[] {
  const bare = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gi, ' ')
    .replaceAll(/\$\w+|\$\{[^}]*\}/g, ' ')
    .replaceAll(/\boffset\s+\S+/gi, ' ')
    .replaceAll(/\b[a-z_:][\w:]*\s*\(/gi, ' ');
  const words = bare.match(/(?<![\w.])[a-z_:][\w:]*/gi) ?? [];
  return [...new Set(words.filter(word => !keywords.has(word.toLowerCase())))];
}
