/** The state of a namespace, for the report of a failed test. */
import { kubectl } from './kubectl.ts';

/** Runs, Models, children, Events and logs of a namespace, as text; for a failed command its error. */
export async function diagnose(namespace: string): Promise<string> {
  const inNamespace = ['--namespace', namespace];
  const kinds = 'trainingruns,models,jobs,pods,deployments,services,persistentvolumeclaims';
  const parts = await Promise.all([
    show('objects', 'get', kinds, ...inNamespace, '-o', 'wide'),
    show('runs and models', 'describe', 'trainingruns,models', ...inNamespace),
    show('events', 'get', 'events', ...inNamespace, '--sort-by=.metadata.creationTimestamp'),
    logs(namespace),
  ]);
  return parts.join('\n');
}

async function show(title: string, ...args: readonly string[]): Promise<string> {
  const text = await kubectl(...args).catch((error: Error) => error.message);
  return `--- ${title}\n${text}`;
}

async function logs(namespace: string): Promise<string> {
  const names = await kubectl('get', 'pods', '--namespace', namespace, '-o', 'name').catch(() => '');
  const parts = names
    .trim()
    .split('\n')
    .filter(name => name !== '')
    .map(name =>
      show(`log of ${name}`, 'logs', name, '--namespace', namespace, '--tail=40', '--all-containers'),
    );
  return (await Promise.all(parts)).join('\n');
}
