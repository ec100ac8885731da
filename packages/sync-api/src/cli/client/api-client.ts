import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import { safeText } from '../printing/safe-text.js';
import { describeProblem, type ForeignProblem } from './describe-problem.js';
import { readEvents, type ServerEvent } from './event-stream.js';
import { type Target } from './target.js';

/** What the server answered: read, and as it was sent. */
export interface Answer<T> {
  readonly value: T;
  /** Empty where there is nothing to say. */
  readonly text: string;
}

/** What a request carries beside its path. */
export interface Sent {
  /** Sent as JSON; a text is JSON already. Default: no body. */
  readonly body?: object | string;
  /** Ends the wait for an answer. */
  readonly signal?: AbortSignal;
}

const HEALTH = '/health';
const NO_KEY = '\n  No key was sent: give it in BOMBA_SYNC_API_KEY, or its file by --key-file.';

/**
 * Speaks with the API. Each call throws a {@link CliError}: refused where the server answers with a problem document,
 * unreachable where nothing answers or something else does, interrupted where the signal aborts.
 */
export class ApiClient {
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  /** The type is the route's; it is taken on trust. */
  get<T>(path: string, sent: Pick<Sent, 'signal'> = {}): Promise<Answer<T>> {
    return this.#ask<T>('GET', path, sent);
  }

  post<T = undefined>(path: string, sent: Sent = {}): Promise<Answer<T>> {
    return this.#ask<T>('POST', path, sent);
  }

  /** The events of a stream, until the server or the signal ends it. */
  async *events(path: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    const response = await this.#send('GET', path, { signal });
    try {
      yield* readEvents(response.body ?? emptyBody());
    } catch (error) {
      throw this.#unreachable(error, signal);
    }
  }

  async #ask<T>(method: string, path: string, sent: Sent): Promise<Answer<T>> {
    const response = await this.#send(method, path, sent);
    try {
      const text = await response.text();
      return { value: (text === '' ? undefined : JSON.parse(text)) as T, text };
    } catch (error) {
      throw this.#unreachable(error, sent.signal);
    }
  }

  async #send(method: string, path: string, { body, signal }: Sent): Promise<Response> {
    const { url, key } = this.#target;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { 'x-api-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      // A key must go nowhere else than where it was sent.
      redirect: 'manual',
      ...(signal && { signal }),
    }).catch((error: unknown) => {
      throw this.#unreachable(error, signal);
    });
    await this.#checkKind(response, path);
    return response;
  }

  /** Health is told with 503 and a report; what else is no success, and no problem document, is of somebody in between. */
  async #checkKind(response: Response, path: string): Promise<void> {
    const { status, headers, ok } = response;
    const [kind = ''] = (headers.get('content-type') ?? '').split(';');
    const isReport = kind === 'application/json' || kind === 'text/event-stream';
    const isHealth = status === 503 && path === HEALTH;
    if (status === 204 || (isReport && (ok || isHealth))) return;
    if (kind === 'application/problem+json') {
      const problem = toProblem(await response.text().catch(() => ''));
      const hint = status === 401 && this.#target.key === null ? NO_KEY : '';
      throw new CliError(exitCodes.refused, describeProblem(problem) + hint, problem.retryable === true);
    }
    await response.body?.cancel();
    const location = headers.get('location');
    const what = location === null ? `status ${status}` : `a redirection to ${safeText(location)}`;
    throw new CliError(
      exitCodes.unreachable,
      `No API of bomba-sync is at ${this.#target.url}: it answers with ${what}. Is the address right?`,
      status >= 500,
    );
  }

  #unreachable(error: unknown, signal: AbortSignal | undefined): CliError {
    if (signal?.aborted) return new CliError(exitCodes.interrupted, 'Interrupted.');
    const code = codeOf(error);
    return new CliError(
      exitCodes.unreachable,
      `Nothing usable answers at ${this.#target.url}${code === null ? '' : ` (${code})`}. ` +
        'Does the server run, and is the address right?',
      true,
    );
  }
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

function toProblem(text: string): ForeignProblem {
  try {
    const problem: unknown = JSON.parse(text);
    return typeof problem === 'object' && problem !== null ? problem : {};
  } catch {
    return {};
  }
}

/** Such as ECONNREFUSED, which fetch has in the cause. */
function codeOf(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}
