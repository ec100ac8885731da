import { discard, type Stamp, sweepMarks } from '@bomba/sync-core';
import { SchemaRetries } from '../apply/schema-retries.js';
import { type PendingRequest, type Requests } from '../control/requests.js';
import { type LocalContext } from '../local-side/local-context.js';
import { failingAs } from '../errors/map-mongo-error.js';
import { type InstanceBeat } from '../instance/instance-beat.js';
import { NoteSweep } from './note-sweep.js';
import { QuarantineSweep } from './quarantine-sweep.js';
import { UnknownRefusals } from './unknown-refusals.js';
import { type AtlasLink } from './atlas-link.js';
import { type EngineParts } from './engine-parts.js';
import { type Gate } from './gate.js';
import { type Markers } from './markers.js';
import { settleOrHold, type SettlingOptions } from './settle-or-hold.js';
import { systemRandom } from '../system/system-random.js';

const LIMIT = 500;

/** How often Local's collections are looked at: a standalone tells nobody that one was dropped. */
const CHECK_INTERVAL_MS = 5_000;

/** How often deletes that may be dead are looked for, in the time after which one is. */
const SWEEPS_PER_AGE = 5;

/** A replacement of a whole collection that is older has no process any more, or lost touch with the server. */
const DEAD_REPLACEMENT_AGE_MS = 300_000;

/** What the chores work on. */
export interface ChoresOptions extends SettlingOptions {
  readonly link: AtlasLink;
  readonly markers: Markers;
  readonly requests: Requests;
  readonly local: LocalContext;
  /** Open once both sides have been compared, where that was due. */
  readonly complete: Gate;
  readonly beat: InstanceBeat;
}

/** The engine's housekeeping: the instance's count, the clocks, collections that are gone, dead deletes, old notes and tombstones, requests of other processes. */
export async function choresLoop(parts: EngineParts, options: ChoresOptions): Promise<void> {
  const { signal } = options.link;
  const { clock, queue, retry, tombstones } = parts.options;
  const underWay = new Set<string>();
  let sweptAtMs = -Infinity;
  let checkedAtMs = -Infinity;
  const { localDb: db, pulled, collections } = options.link;
  const retries = new SchemaRetries({ db, logic: parts.logic, collections: pulled });
  const quarantine = new QuarantineSweep({ ...options, clock });
  const refusals = new UnknownRefusals({ ...options, db, collections, clock, random: systemRandom, retry });
  const notes = new NoteSweep({ context: options.local, local: options.link.local });
  while (!signal.aborted) {
    await failingAs('atlas', options.beat.beat());
    await options.link.time.refresh();
    await parts.pauses.refresh();
    if (clock.monotonic() - checkedAtMs >= CHECK_INTERVAL_MS) {
      checkedAtMs = clock.monotonic();
      await parts.gone.check();
    }
    await answerRequests(parts, options, underWay);
    // Not more often than a mark's age asks for.
    if (clock.monotonic() - sweptAtMs >= tombstones.deadMarkAgeMs / SWEEPS_PER_AGE) {
      sweptAtMs = clock.monotonic();
      const isUnderWay = (id: Stamp): boolean => parts.capture.isDeleting(id);
      const nowMs = clock.monotonic();
      await options.lane.run(sweepMarks({ watch: parts.marks, nowMs, limit: LIMIT, isUnderWay }));
    }
    await quarantine.sweep();
    await refusals.sweep();
    await parts.capture.settleReplacements(options.local.db, new Date(clock.now() - DEAD_REPLACEMENT_AGE_MS));
    await notes.sweep();
    await parts.expiredTombstones.sweep(options.local.db, options.link.time.now());
    await retryRefused(retries, options);
    await parts.chores.wait(clock, queue.scanIntervalMs, signal);
  }
}

/**
 * Before a comparison that is due has ended, what the stream has passed says nothing of what is on Local: markers wait
 * for it. `underWay`: those whose marker has yet to come by; the stream may take its time.
 */
async function answerRequests(
  { pauses }: EngineParts,
  { requests, markers, lane, hold, pushDue, link, complete }: ChoresOptions,
  underWay: Set<string>,
): Promise<void> {
  const pending = await requests.pending();
  if (pending.length === 0) return;
  const looks = pending.flatMap((request) => (request.kind === 'look' ? [request] : []));
  await settleOrHold(
    { lane, hold, pushDue },
    looks.map(({ key }) => key),
  );
  for (const { id } of looks) await requests.finish(id, 'look');
  if (complete.isOpen) await answerDiscards(pending, { lane, requests });
  const isDue = ({ kind, id }: PendingRequest): boolean => kind === 'marker' && !underWay.has(id);
  const asked = pending.filter(isDue).map(({ id }) => id);
  if (asked.length > 0 && complete.isOpen && (await pauses.stale(link.collections)).length === 0) {
    const gate = await failingAs('atlas', markers.write());
    for (const id of asked) underWay.add(id);
    void gate
      .opened(link.signal)
      .then(() => (gate.isOpen ? Promise.all(asked.map((id) => requests.finish(id, 'marker'))) : []))
      .catch(() => undefined) // the asker goes on waiting, and the next round answers
      .finally(() => {
        for (const id of asked) underWay.delete(id);
      });
  }
}

async function answerDiscards(
  pending: readonly PendingRequest[],
  { lane, requests }: Pick<ChoresOptions, 'lane' | 'requests'>,
): Promise<void> {
  for (const request of pending) {
    if (request.kind !== 'discard' || !(await requests.isWanted(request.id))) continue;
    await requests.answer(request.id, await lane.run(discard(lane.context, request)));
  }
}

/** What a model refused under other rules than it has now. */
async function retryRefused(retries: SchemaRetries, options: ChoresOptions): Promise<void> {
  if (options.complete.isOpen) await settleOrHold(options, await retries.next());
}
