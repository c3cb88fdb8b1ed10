/** A fake container registry that accepts pushes: the push half of the OCI Distribution API. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../../src/http/listen.ts';
import { sha256 } from '../../src/pipeline/artifacts.ts';

export interface Registry {
  /** Such as `127.0.0.1:5000`. */
  readonly host: string;
  /** Blobs and manifests by their paths after `/v2/`, such as `charts/bellwether/manifests/1.2.3`. */
  readonly stored: ReadonlyMap<string, Buffer>;
  /** The `Authorization` that the last request came with. */
  authorization: string | undefined;
  close(): void;
}

export async function startRegistry(): Promise<Registry> {
  const stored = new Map<string, Buffer>();
  const server = createServer((request, response) => void answer(request, response));
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const registry: Registry = {
    host: new URL(url).host,
    stored,
    authorization: undefined,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    registry.authorization = request.headers.authorization;
    // As registries do: a client that has a password sends it when asked.
    if (registry.authorization === undefined) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="registry"' }).end();
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    const path = pathname.replace('/v2/', '');
    switch (request.method) {
      case 'POST':
        response.writeHead(202, { location: pathname }).end();
        return;
      case 'PUT': {
        const digest = `sha256:${sha256(body)}`;
        // A blob's upload ends with its digest; a manifest has its name in the path.
        stored.set(path.replace(/uploads\/$/, searchParams.get('digest') ?? ''), body);
        response.writeHead(201, { 'docker-content-digest': digest }).end();
        return;
      }
      default:
        answerStored(request.method === 'HEAD', stored.get(path), response);
    }
  }
  return registry;
}

function answerStored(isHead: boolean, body: Buffer | undefined, response: ServerResponse): void {
  if (body === undefined) {
    response.writeHead(404).end();
    return;
  }
  const headers = {
    'content-type': 'application/vnd.oci.image.manifest.v1+json',
    'content-length': body.length,
    'docker-content-digest': `sha256:${sha256(body)}`,
  };
  response.writeHead(200, headers).end(isHead ? undefined : body);
}
