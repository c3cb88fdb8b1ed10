/**
 * Repeats a task at an interval, one at a time. Files of a mounted Secret are polled: the kubelet replaces them by a
 * symbolic link, which notifications of the file system report unreliably.
 * @returns ends the repetition
 */
export function poll(milliseconds: number, task: () => Promise<void>): () => void {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    void task().finally(() => {
      running = false;
    });
  }, milliseconds).unref();
  return () => clearInterval(timer);
}
