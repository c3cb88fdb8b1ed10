/** kubectl against the cluster in $KUBECONFIG. */
import { execFile } from 'node:child_process';

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl; objects go in as JSON on standard input, one after the other. Never throws for what kubectl refuses. */
export async function kubectl(args: readonly string[], ...objects: readonly object[]): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const child = execFile('kubectl', [...args], { maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
    resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
  );
  child.stdin?.end(objects.map(object => JSON.stringify(object)).join('\n'));
  return await promise;
}

/**
 * The same where only success will do.
 * @throws Error with what kubectl said.
 */
export async function succeed(args: readonly string[], ...objects: readonly object[]): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args, ...objects);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}
