/** Which metrics a PromQL expression asks for. */

const keywords = new Set([
  ...['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'],
  ...['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan'],
]);

/**
 * Names of metrics, each once, in their order. A small reader rather than a parser: what is in braces, brackets and
 * label lists is taken out, and what is left is a metric unless it is a word of the language or called like a function.
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
