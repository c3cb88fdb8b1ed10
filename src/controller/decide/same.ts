/** Whether two JSON values are the same; a member that is undefined counts as absent. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isContainer(one) || !isContainer(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = members(one);
  return (
    names.length === members(other).length &&
    names.every(name => same(one[name as keyof typeof one], other[name as keyof typeof other]))
  );
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function members(value: object): string[] {
  return Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [name]));
}
