/** Servers on a port. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure, messageOf } from './failure.ts';

/**
 * Begins to listen; port 0 takes a free one.
 * @returns its URL, such as `http://127.0.0.1:8080`.
 * @throws Failure InvalidArguments for an address that cannot be had.
 */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new Failure('InvalidArguments', `cannot listen on ${host}:${port}: ${messageOf(error)}`, {}, error);
  }
  // A server that listens on a port has such an address, not a pipe's name.
  const { address, family, port: actual } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
}
