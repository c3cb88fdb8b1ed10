export function withFastSplits<T>(work: () => T): T {
  return work();
}
