import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import express from 'express';
import { createSyncRouter, type InvalidValue, type SyncRouterOptions } from '../../src/index.js';
import { FakeSyncControl } from './fake-sync-control.js';
import { RecordingLogger } from './recording-logger.js';

/** The key that opens the API of the tests. */
export const KEY = 'a-test-key-of-32-random-letters!';

/** What the tests look at in a body. */
export interface JsonBody {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly InvalidValue[];
  readonly [name: string]: unknown;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; empty where there is none. */
  readonly json: JsonBody;
}

/** What a test sends: headers win over the key, a `body` that is no text is sent as JSON. */
export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sends the key. Default true. */
  readonly withKey?: boolean;
}

/** The API of a fake sync on a free loopback port, as a host mounts it. */
export class ApiServer {
  readonly sync = new FakeSyncControl();
  readonly logger = new RecordingLogger();
  readonly #server: Server;
  readonly #listening: Promise<unknown>;

  constructor(options: Partial<SyncRouterOptions> = {}) {
    const app = express();
    app.use(
      '/api/sync',
      createSyncRouter({ sync: this.sync, logger: this.logger, apiKeys: [KEY], ...options }),
    );
    app.use((_request, response) => void response.status(404).send('the host answers'));
    this.#server = createServer(app).listen(0, '127.0.0.1');
    this.#listening = once(this.#server, 'listening');
  }

  /** Sends a request to a path below the mount point. */
  async send(
    path: string,
    { method = 'GET', headers = {}, body, withKey = true }: Sent = {},
  ): Promise<Answer> {
    const isJson = body !== undefined && typeof body !== 'string';
    const response = await fetch(`${await this.url()}${path}`, {
      method,
      headers: {
        ...(withKey ? { 'x-api-key': KEY } : {}),
        ...(isJson ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isReadable = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isReadable ? (JSON.parse(text) as JsonBody) : {},
    };
  }

  /** Where it is mounted. */
  async url(): Promise<string> {
    await this.#listening;
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/api/sync`;
  }

  /** Opens a stream below the mount point, which the signal closes. */
  async open(path: string, signal?: AbortSignal): Promise<Response> {
    const url = `${await this.url()}${path}`;
    return fetch(url, { headers: { 'x-api-key': KEY }, ...(signal && { signal }) });
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.send(path, { method: 'POST', body });
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Starts servers for one test file and closes them after each test. */
export function serveEach(afterEach: (close: () => Promise<void>) => void) {
  const servers: ApiServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  return (options?: Partial<SyncRouterOptions>): ApiServer => {
    const server = new ApiServer(options);
    servers.push(server);
    return server;
  };
}
