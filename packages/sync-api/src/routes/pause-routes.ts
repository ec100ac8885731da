import { type PauseScope } from '@bomba/sync-core';
import { type Endpoint } from '../http/endpoint.js';
import { readFields } from '../validation/read-fields.js';
import { optional } from '../validation/rule.js';
import { direction, knownCollection } from '../validation/sync-rules.js';
import { type ApiContext } from './api-context.js';

/** Switches parts of the sync off and on again; without a body, all of it. Both answer with what is paused now. */
export function pauseRoutes({ sync }: ApiContext): readonly Endpoint[] {
  const scope = { direction: optional(direction), collection: optional(knownCollection(sync)) };
  const turn = (path: string, act: (asked: PauseScope) => Promise<void>): Endpoint => ({
    method: 'post',
    path,
    scope: 'write',
    handle: async (request) => {
      await act(readFields(request.body, scope));
      return { json: { paused: sync.status().paused } };
    },
  });
  return [turn('/pause', (asked) => sync.pause(asked)), turn('/resume', (asked) => sync.resume(asked))];
}
