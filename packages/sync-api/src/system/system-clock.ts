import { type Clock } from '@bomba/sync-core';

/** The wall clock of this machine: the default where no clock is injected. */
export const systemClock: Pick<Clock, 'now'> = { now: () => Date.now() };
