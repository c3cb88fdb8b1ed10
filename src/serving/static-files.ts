/** Serves the page's files: read when first asked for, then kept, with an ETag of their contents. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type Router from '@koa/router';

/** Where a file is and what it is. */
export interface StaticFile {
  readonly file: URL;
  readonly contentType: string;
}

interface Loaded {
  readonly bytes: Buffer;
  readonly etag: string;
}

/** A route for each path; documents carry `documentPolicy` as their Content-Security-Policy. */
export function addStaticFiles(
  router: Router,
  files: ReadonlyMap<string, StaticFile>,
  documentPolicy: string,
): void {
  const loaded = new Map<string, Promise<Loaded>>();
  for (const [path, { file, contentType }] of files) {
    router.get(path, async ctx => {
      const { bytes, etag } = await remember(loaded, path, file);
      if (contentType.startsWith('text/html')) ctx.set('content-security-policy', documentPolicy);
      ctx.set('etag', etag);
      // Ask again each time, for a new version's files have the same names; unchanged ones cost a 304.
      ctx.set('cache-control', 'no-cache');
      ctx.type = contentType;
      ctx.status = 200;
      if (ctx.fresh) ctx.status = 304;
      else ctx.body = bytes;
    });
  }
}

function remember(loaded: Map<string, Promise<Loaded>>, path: string, file: URL): Promise<Loaded> {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const reading = load(file);
  loaded.set(path, reading);
  // A file that could not be read may be there the next time.
  reading.catch(() => loaded.delete(path));
  return reading;
}

async function load(file: URL): Promise<Loaded> {
  const bytes = await readFile(file);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { bytes, etag };
}
