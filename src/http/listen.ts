import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure, messageOf } from '../failure.ts';

/**
 * Starts to listen; port 0 selects a free port.
 * @returns the server's URL, such as `http://127.0.0.1:8080`, or `https://…` if the server has a certificate
 * @throws Failure InvalidArguments if the address cannot be bound
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
  // A string only for a pipe.
  const { address, family, port: actual } = server.address() as AddressInfo;
  const scheme = 'setSecureContext' in server ? 'https' : 'http';
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
}
