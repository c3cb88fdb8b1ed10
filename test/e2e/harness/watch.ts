/** Records all changes of a kind's objects, so that a test can check what existed in between. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { list } from '../../../support/cluster/kubectl.ts';
import { until } from '../../../support/cluster/wait.ts';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly name: string;
}

export interface Watch {
  /** Events so far, in order. Objects that existed at the start are ADDED. */
  readonly changes: readonly Change[];
  /** Names in the order of their first appearance. */
  names(): string[];
  stop(): Promise<void>;
}

/** Watches all objects of a kind, such as `jobs`; resolves when the existing objects have been received. */
export async function startWatch(namespace: string, kind: string): Promise<Watch> {
  const args = ['get', kind, '--namespace', namespace, '--watch', '--output-watch-events'];
  const template = '{.type} {.object.metadata.name}{"\\n"}';
  const child = spawn('kubectl', [...args, '--output', `jsonpath=${template}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const changes: Change[] = [];
  createInterface({ input: child.stdout }).on('line', line => {
    const [type, name] = line.split(' ');
    if (name !== undefined) changes.push({ type: type as Change['type'], name });
  });
  const names = () => [...new Set(changes.map(({ name }) => name))];
  await until(`the watch has begun`, namespace, async () => {
    const there = await list(namespace, kind);
    return child.pid !== undefined && there.every(({ metadata }) => names().includes(metadata.name));
  });
  return {
    changes,
    names,
    stop: async () => {
      child.kill();
      await closed;
    },
  };
}
