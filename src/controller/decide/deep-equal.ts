/** Whether two JSON values are equal; a member that is undefined counts as absent. */
export function deepEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isContainer(one) || !isContainer(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  // Runs on every status at every decision, and nearly always finds no difference: allocates no lists of keys.
  for (const name in one) if (!deepEqual(member(one, name), member(other, name))) return false;
  for (const name in other) {
    if (member(other, name) !== undefined && member(one, name) === undefined) return false;
  }
  return true;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function member(value: object, name: string): unknown {
  return value[name as keyof typeof value];
}
