/** Dry runs of many creations over one connection. */
import { ApiError } from '../../../src/kubernetes/client.ts';
import { loadConnection } from '../../../src/kubernetes/http/connection.ts';
import { query, resourcePath } from '../../../src/kubernetes/http/paths.ts';
import { Transport } from '../../../src/kubernetes/http/transport.ts';
import type { ResourceType } from '../../../src/kubernetes/resource.ts';

/** Requests at the same time. */
const concurrency = 8;

/** Why the API server would refuse each object, in their order; null for one that it would accept. */
export async function refusalsOf(
  namespace: string,
  type: ResourceType,
  objects: readonly object[],
): Promise<(string | null)[]> {
  const connection = await loadConnection();
  const transport = new Transport(connection, { userAgent: 'bellwether-test' });
  const path =
    resourcePath(type, { namespace }) +
    query({ dryRun: 'All', fieldValidation: 'Strict', fieldManager: 'bellwether-test' });
  const verdicts: (string | null)[] = [];
  const create = async (body: object) => {
    try {
      await transport.call({ method: 'POST', path, resource: type.plural, body });
      return null;
    } catch (error) {
      if (error instanceof ApiError && (error.code === 400 || error.code === 422)) return error.message;
      throw error;
    }
  };
  const entries = objects.entries();
  const work = async () => {
    for (const [index, object] of entries) verdicts[index] = await create(object);
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, work));
  } finally {
    transport.close();
  }
  return verdicts;
}
