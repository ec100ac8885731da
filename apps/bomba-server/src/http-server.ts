import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { StartError } from './startup/start-error.js';

/** A server that listens. */
export interface HttpServer {
  /** Where to reach it from this machine, without a slash at the end. */
  readonly url: string;
  /** Takes no new connections, lets requests under way finish for a moment, then cuts what is left. */
  close(): Promise<void>;
}

const headersWithinMs = 10_000;
const requestWithinMs = 30_000;
const idleConnectionMs = 5_000;
const finishWithinMs = 2_000;

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken: stop the program that has it, or set PORT to another one',
  EACCES: 'may not be used by this user: set PORT to one above 1023',
  EADDRNOTAVAIL: 'is not on this machine: set HOST to an address of it, such as 127.0.0.1',
  ENOTFOUND: 'has an unknown host name: set HOST to an address of this machine, such as 127.0.0.1',
};

function urlOf({ address, port, family }: AddressInfo): string {
  const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const host = everywhere[address] ?? address;
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), finishWithinMs);
  await closed;
  clearTimeout(cut);
}

/**
 * Listens with time limits against slow clients.
 *
 * @throws StartError where the address cannot be had.
 */
export async function listen(
  handler: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const server = createServer(
    { headersTimeout: headersWithinMs, requestTimeout: requestWithinMs, keepAliveTimeout: idleConnectionMs },
    handler,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = reasons[error.code ?? ''] ?? `cannot be listened on (${error.code ?? error.message})`;
      reject(new StartError(`The address ${host}:${port} ${reason}.`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
  return { url: urlOf(server.address() as AddressInfo), close: () => close(server) };
}
