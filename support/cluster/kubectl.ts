/** Functions that run kubectl in $KUBECONFIG's cluster. Errors contain its output. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Any object of the API. */
export interface Found {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly generation?: number;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly uid: string;
    }[];
  };
  readonly spec: Fields;
  readonly status?: Fields;
}

/** A spec or status with all its fields. */
// biome-ignore lint/suspicious/noExplicitAny: tests assert what the API server returns.
export type Fields = Record<string, any>;

/** A program's output and exit code. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(program: string, args: readonly string[], input: string): Promise<Answer> {
  const child = spawn(program, args);
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: code ?? 1, stdout, stderr };
}

/** Returns standard output. @throws Error with standard error if the exit code is not 0 */
export async function execute(program: string, args: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, input);
  if (code === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')}: exit code ${code}\n${stderr || stdout}`);
}

/** Runs kubectl with objects as JSON on standard input; a failure is returned, not thrown. */
export function attempt(args: readonly string[], ...objects: readonly object[]): Promise<Answer> {
  return run('kubectl', args, documents(objects));
}

/** The same, returning standard output. @throws Error with kubectl's message */
export function succeed(args: readonly string[], ...objects: readonly object[]): Promise<string> {
  return execute('kubectl', args, documents(objects));
}

function documents(objects: readonly object[]): string {
  return objects.map(object => JSON.stringify(object)).join('\n');
}

export function kubectl(...args: readonly string[]): Promise<string> {
  return execute('kubectl', args);
}

/** Applies objects. @throws Error with the API server's message */
export function apply(namespace: string, ...objects: readonly object[]): Promise<string> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  return execute('kubectl', ['apply', '--namespace', namespace, '-f', '-'], list);
}

/** One object, such as `get(namespace, 'model/aapl')`; null when there is none. */
export async function get(namespace: string, what: string): Promise<Found | null> {
  const output = await kubectl('get', what, '--namespace', namespace, '--ignore-not-found', '-o', 'json');
  return output === '' ? null : JSON.parse(output);
}

/** All of a kind, such as `list(namespace, 'jobs', 'bellwether.dev/run=aapl')`. */
export async function list(namespace: string, kind: string, selector = ''): Promise<Found[]> {
  const args = selector === '' ? [] : ['--selector', selector];
  return JSON.parse(await kubectl('get', kind, '--namespace', namespace, ...args, '-o', 'json')).items;
}
