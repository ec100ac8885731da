import { once } from 'node:events';
import { type Clock } from '@bomba/sync-core';
import { type Response } from 'express';

/** One event of a stream, as JSON under a name. */
export interface StreamedEvent {
  readonly name: string;
  readonly data: unknown;
  /** The stream ends with it; a client that connects anew all the same is told that there is no more. */
  readonly isLast: boolean;
}

/** Events as they come; `gone` aborts once nobody listens any more. */
export interface EventStream {
  readonly events: AsyncIterable<StreamedEvent>;
  readonly gone: AbortSignal;
}

/** The id of the last event, which a client sends back when it connects anew. */
export const LAST_EVENT_ID = 'last';

/** A proxy must not take a quiet stream for a dead one. */
const QUIET_MS = 15_000;

/**
 * Sends events (WHATWG HTML, Server-sent events) until they end or the client has gone. A client that reads slowly is waited
 * for: of what happens meanwhile the source tells the latest only.
 */
export async function sendEvents(
  response: Response,
  { events, gone }: EventStream,
  clock: Pick<Clock, 'sleep'>,
): Promise<void> {
  response.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
  response.flushHeaders();
  const end = new AbortController();
  void keepAlive(response, { clock, end: AbortSignal.any([end.signal, gone]) });
  try {
    for await (const event of events) {
      if (gone.aborted) return;
      if (!response.write(textOf(event))) await once(response, 'drain', { signal: gone });
    }
  } catch (error) {
    if (!gone.aborted) throw error;
  } finally {
    end.abort();
    response.end();
  }
}

async function keepAlive(
  response: Response,
  { clock, end }: { readonly clock: Pick<Clock, 'sleep'>; readonly end: AbortSignal },
): Promise<void> {
  for (;;) {
    await clock.sleep(QUIET_MS, end);
    if (end.aborted) return;
    if (!response.writableNeedDrain) response.write(':\n\n');
  }
}

function textOf({ name, data, isLast }: StreamedEvent): string {
  const id = isLast ? `id: ${LAST_EVENT_ID}\n` : '';
  return `event: ${name}\n${id}data: ${JSON.stringify(data)}\n\n`;
}
