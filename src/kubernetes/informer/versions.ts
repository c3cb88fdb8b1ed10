/**
 * Whether a resourceVersion is newer than another of the same kind. They were long declared opaque, but in every real
 * server they are decimal numbers that grow. What is no number is taken as newer: better an older state for a moment
 * than none.
 */
export function isNewer(version: string, than: string): boolean {
  if (!isNumber(version) || !isNumber(than)) return version !== than;
  return version.length === than.length ? version > than : version.length > than.length;
}

function isNumber(version: string): boolean {
  return /^[1-9]\d*$|^0$/.test(version);
}
