import { type Request } from 'express';
import { type Scope } from '../auth/scope.js';
import { type EventStream } from './send-events.js';

/** An answer as a value. */
export interface Reply {
  /** Default 200, or 204 where there is nothing to say. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, in place of JSON; its type stands in `headers`. */
  readonly text?: string;
  /** Sent one by one, in place of both. */
  readonly events?: EventStream;
}

/** One method of one path. */
export interface Endpoint {
  readonly method: 'get' | 'post' | 'put';
  readonly path: string;
  /** `open` needs no key and must reveal nothing but a state. */
  readonly scope: Scope | 'open';
  readonly handle: (request: Request) => Reply | Promise<Reply>;
}
