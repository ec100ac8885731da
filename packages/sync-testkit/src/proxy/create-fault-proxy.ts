import { createServer, type Server, type Socket } from 'node:net';
import { claimPort } from '../databases/process/claim-port.js';
import { breakOff } from './break-off.js';
import { connectThrough, type Target } from './connect-through.js';
import { type FaultProxy } from './fault-proxy.js';
import { Link, type LinkState } from './link.js';

/** The server behind a proxy. */
export interface FaultProxyOptions {
  readonly targetPort: number;
  /** Default `127.0.0.1`. */
  readonly targetHost?: string;
}

/** Starts a proxy on a free loopback port, with a whole wire. */
export async function createFaultProxy({
  targetPort,
  targetHost = '127.0.0.1',
}: FaultProxyOptions): Promise<FaultProxy> {
  const claim = await claimPort();
  const link = new Link();
  const listener = new Listener(claim.port, link, { host: targetHost, port: targetPort });
  const become = async (state: LinkState): Promise<void> => {
    link.state = state;
    await listener.open();
  };
  await become('up');
  return {
    port: claim.port,
    uri: (dbName) => `mongodb://127.0.0.1:${claim.port}/${dbName}?directConnection=true`,
    cut: () => listener.close(),
    heal: () => {
      link.delayMs = 0;
      link.bytesPerSecond = Infinity;
      return become('up');
    },
    blackHole: () => become('blackHole'),
    dropReplies: () => become('dropReplies'),
    dropRepliesFrom: (fits) => link.dropRepliesFrom(fits),
    delay: (delayMs) => (link.delayMs = delayMs),
    limit: (bytesPerSecond) => (link.bytesPerSecond = bytesPerSecond),
    close: async () => {
      await listener.close();
      await claim.release();
    },
  };
}

/** The proxy's ear: listens on one port, again and again, and knows the sockets of all that it has connected. */
class Listener {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(
    private readonly port: number,
    private readonly link: Link,
    private readonly target: Target,
  ) {}

  open(): Promise<void> {
    if (this.#server) return Promise.resolve();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
  }

  close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) breakOff(socket);
    return new Promise((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  #accept(client: Socket): void {
    for (const socket of connectThrough(client, this.target, this.link)) {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    }
  }
}
