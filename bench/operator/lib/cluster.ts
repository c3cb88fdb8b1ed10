/**
 * A namespace with its own operator, installed from the chart, for one measurement; everything is deleted at the end.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createClient, type HttpClient, loadConnection } from '../../../src/kubernetes/http-client.ts';
import { apply, execute, get, kubectl } from '../../../support/cluster/kubectl.ts';
import { deleteNamespace } from '../../../support/cluster/namespace.ts';
import { imageValues, installChart, type Values } from '../../../support/cluster/release.ts';
import { claim, model } from '../../../support/cluster/specs.ts';
import { image } from './image.ts';

const definitions = join(import.meta.dirname, '../../../charts/bellwether/files/crds');

export interface Bench {
  readonly namespace: string;
  readonly client: HttpClient;
}

/**
 * Runs a measurement and cleans up afterwards, also if it fails, exceeds its time limit or is interrupted. The exit
 * code is 1 if it failed.
 */
export async function measure(
  stem: string,
  limitSeconds: number,
  work: (bench: Bench) => Promise<void>,
): Promise<void> {
  await checkPrerequisites();
  const namespace = `bench-${stem}-${randomBytes(3).toString('hex')}`;
  const client = createClient(loadConnection(), { fieldManager: 'bellwether-bench' });
  const interrupted = new Promise<never>((_, reject) => {
    const stop = (why: string) => () => reject(new Error(why));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop(`stopped by ${signal}`));
    setTimeout(stop(`not done within ${limitSeconds} s`), limitSeconds * 1000).unref();
    // Such as a broken watch.
    process.once('unhandledRejection', reject);
  });
  try {
    await Promise.race([prepare(namespace).then(() => work({ namespace, client })), interrupted]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    client.close();
    await kubectl('delete', 'trainingruns,models', '--all', '--namespace', namespace, '--wait=false').catch(
      () => {},
    );
    await deleteNamespace(namespace)
      .catch(() => deleteNamespace(namespace))
      .catch((error: Error) => {
        console.error(`namespace ${namespace} is not deleted yet: ${error.message}`);
      });
  }
  process.exit();
}

async function prepare(namespace: string): Promise<void> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted', 'bellwether.dev/test': 'true' };
  await apply('default', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
}

async function checkPrerequisites(): Promise<void> {
  await requireSuccess('kubectl and a cluster: set $KUBECONFIG to one', kubectl('version'));
  await requireSuccess('helm on the PATH', execute('helm', ['version']));
  const definition = await get('default', 'crd/trainingruns.bellwether.dev');
  if (definition === null) await kubectl('apply', '--server-side', '--filename', definitions);
}

async function requireSuccess(what: string, check: Promise<unknown>): Promise<void> {
  await check.catch((error: Error) => {
    console.error(`This measurement needs ${what}.\n${error.message}`);
    process.exit(2);
  });
}

/** Installs an operator that watches only this namespace and waits until it is ready. */
export function installOperator({ namespace }: Bench, values: Values = {}): Promise<void> {
  return installChart(namespace, { ...imageValues(image), ...values });
}

/** The claim that all Models of a measurement share; they write nothing to it. */
const sharedClaim = 'bench-artifacts';

export async function createClaim({ namespace }: Bench): Promise<void> {
  await apply(namespace, claim(sharedClaim));
}

/** A Model without automatic promotion, so that no server disturbs the measurement. */
export function idleModel(name: string) {
  return model(name, { promotion: { policy: 'Manual' }, artifacts: { claimName: sharedClaim } });
}
