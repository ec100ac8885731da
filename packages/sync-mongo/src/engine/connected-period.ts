import { AbsenceWatch, isSyncError, LinkedAbort, type LocalSide, PushesUnderWay } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { ChangeProcessor } from '../apply/change-processor.js';
import { AtlasClock } from '../connection/atlas-clock.js';
import { type AtlasGreeting } from '../connection/dual-database-manager.js';
import { isPulled } from '../control/collection-choice.js';
import { Requests } from '../control/requests.js';
import { Adopted } from '../full-sync/adopted.js';
import { CleanMark } from '../full-sync/clean-mark.js';
import { fullSyncLoop } from '../full-sync/full-sync-loop.js';
import { type FullSyncService, newRunId, type RunPlaces } from '../full-sync/full-sync-service.js';
import { clusterIdentity } from '../instance/cluster-identity.js';
import { identifySides } from '../instance/identify-sides.js';
import { InstanceBeat } from '../instance/instance-beat.js';
import { type InstanceStore } from '../instance/instance-store.js';
import { type RestoreChoice, RestoredAtlas } from '../instance/restored-atlas.js';
import { type LocalContext } from '../local-side/local-context.js';
import { type Opening, type Position, type PositionStore } from '../position/position-store.js';
import { failingAs, mapMongoError } from '../errors/map-mongo-error.js';
import { ownPlace, streamIdentity } from '../position/own-position.js';
import { ensureModelIndexes } from '../state/ensure-model-indexes.js';
import { ensureAtlasState } from '../state/ensure-state.js';
import { AtlasChangeListener, type StreamBatch } from '../stream/atlas-change-listener.js';
import { forgetLostPosition, openStream } from '../stream/open-stream.js';
import { systemRandom } from '../system/system-random.js';
import { SyncWorker } from '../worker/sync-worker.js';
import { type SetbacksByWork } from '../worker/write-setbacks.js';
import { type AtlasLink } from './atlas-link.js';
import { choresLoop } from './chores.js';
import { type EngineParts } from './engine-parts.js';
import { Drift } from './drift.js';
import { Gate } from './gate.js';
import { isAborted } from './is-aborted.js';
import { Lane, type LaneOptions } from './lane.js';
import { Markers } from './markers.js';
import { NotedDrift } from './noted-drift.js';
import { carryOut, compareAtOpening, isFirstStart, placeForChoice } from './opening-comparison.js';

/** What one connection to Atlas is worked over with. */
export interface PeriodOptions extends RunPlaces {
  readonly greeting: AtlasGreeting;
  readonly localDb: Db;
  readonly local: LocalSide;
  readonly context: LocalContext;
  readonly instances: InstanceStore;
  readonly positions: PositionStore;
  readonly fullSync: FullSyncService;
  readonly epoch: number;
  readonly collections: readonly string[];
  readonly setbacks: SetbacksByWork;
  readonly signal: AbortSignal;
  /** Open once it is known whether Local is what it was. */
  readonly identified: Gate;
  /** Told once push is open: the connection works. */
  readonly onOpen: (period: OpenPeriod) => void;
}

/** What others may use while a connection works. */
export interface OpenPeriod {
  readonly link: AtlasLink;
  /** For single documents: not held up by a comparison. */
  readonly deskLane: Lane;
}

/**
 * Works over one connection to Atlas until it breaks or the signal aborts: checks who is there, opens the stream at
 * the position or compares both sides, and lets push go on once pull has passed a marker written now. Throws what
 * broke it.
 */
export async function runConnectedPeriod(parts: EngineParts, options: PeriodOptions): Promise<void> {
  const end = new LinkedAbort(options.signal);
  const { signal } = end;
  const isEnded = (): boolean => options.signal.aborted;
  const { link, saved, fresh, choice } = await prepare(parts, { ...options, signal, isEnded });
  const { db } = link.greeting;
  const { positions } = options;
  const { batchSize } = parts.options.changeStream;
  const { instanceId } = link;
  const scope = { collections: link.pulled, instanceId, excluded: parts.options.excludedFields };
  const listener = new AtlasChangeListener({ db, scope, batchSize });
  signal.addEventListener('abort', () => void listener.stop(), { once: true });
  // Whatever broke it, a dead line too: the other loops need not wait on it for an answer.
  const leave = (): void => {
    if (!isEnded()) void link.greeting.client.close(true).catch(() => undefined);
  };
  signal.addEventListener('abort', leave, { once: true });
  const markers = new Markers(db, { instanceId: link.instanceId, random: systemRandom });
  try {
    // Wakes the stream's first question, which else waits for news as long as the server lets it.
    void markers.write().catch(() => undefined);
    const { clock, logger } = parts.options;
    const saver = { epoch: link.epoch, now: clock.now() };
    const { first, comparison } = await openStream({ listener, positions, saved, fresh, saver, logger });
    const isComplete = comparison === null;
    if (!isComplete || choice) await failingAs('local', new CleanMark(options.localDb).forget());
    const adopted = await failingAs('local', new Adopted(options.localDb).load());
    const loops = startLoops(parts, {
      adopted,
      ...options,
      signal,
      link,
      listener,
      markers,
      first,
      comparison,
      choice,
    });
    await Promise.all(loops.map((loop) => loop.catch((error: unknown) => abortWith(end, error))));
    if (!options.signal.aborted && end.signal.aborted) throw end.signal.reason;
  } catch (error) {
    await forgetLostPosition(error, positions);
    throw error;
  } finally {
    end.abort();
    await listener.stop();
    parts.board.set({ pushOpen: false });
  }
}

function abortWith(end: LinkedAbort, error: unknown): void {
  if (!end.signal.aborted) end.abort(mapMongoError(error, 'atlas'));
}

/** Measures the clocks, makes sure of collections and indexes, and of who both sides are. */
async function prepare(
  parts: EngineParts,
  options: PeriodOptions & Pick<AtlasLink, 'isEnded'>,
): Promise<{
  readonly link: AtlasLink;
  readonly saved: Position | Opening | null;
  readonly fresh: Opening;
  readonly choice: RestoreChoice | null;
}> {
  const { greeting, collections, positions } = options;
  const [drift, noted] = [new Drift(parts), new NotedDrift(options.localDb, parts.options.clock)];
  const onRead = (offsetMs: number): void => {
    drift.read(offsetMs);
    void noted.note(offsetMs).catch(() => undefined); // where Local is away, the next reading is noted
  };
  const time = new AtlasClock({ ...greeting, clock: parts.options.clock, onRead });
  const { inventory, models } = parts;
  await inventory.look(greeting.db);
  const { maxAgeMs: tombstoneAgeMs } = parts.options.tombstones;
  await ensureAtlasState(greeting.db, { synced: collections, tombstoneAgeMs, inventory });
  const indexProblems = await ensureModelIndexes(greeting.db, { models, inventory, ...parts.options });
  parts.board.set({ indexProblems });
  const restored = new RestoredAtlas(options.localDb);
  const notes = { instances: options.instances, restored, positions, nowMs: parts.options.clock.now() };
  const { instanceId, choice } = await identifySides(notes, greeting.db).catch((error: unknown) => {
    if (isSyncError(error, 'SYNC_ATLAS_RESTORED')) inventory.forget();
    throw error;
  });
  parts.board.set({ instanceId });
  options.identified.open();
  const clusterId = await clusterIdentity(greeting.db, systemRandom);
  const pulled = collections.filter((collection) => isPulled(parts.options, collection));
  const pushes = new PushesUnderWay();
  const link: AtlasLink = { ...options, instanceId, clusterId, time, pulled, pushes };
  const place = { ...link, excluded: parts.options.excludedFields };
  const opening = { token: null, openedAt: greeting.operationTime, runId: newRunId() };
  const fresh = { ...opening, ...streamIdentity(place) };
  const own = await ownPlace(positions, place);
  const saved = choice ? await failingAs('local', placeForChoice(choice, own, options.runs)) : own;
  return { link, saved, fresh, choice };
}

interface LoopOptions extends PeriodOptions {
  readonly link: AtlasLink;
  readonly listener: AtlasChangeListener;
  readonly markers: Markers;
  readonly first: StreamBatch;
  /** The comparison of both sides before which no position counts and push stays shut; null: none is due. */
  readonly comparison: string | null;
  /** Collections that were compared with Atlas before. */
  readonly adopted: ReadonlySet<string>;
  /** What the operator chose after Atlas was restored, to be carried out by that comparison. */
  readonly choice: RestoreChoice | null;
}

interface Lanes {
  readonly pull: Lane;
  readonly push: readonly Lane[];
  readonly chores: Lane;
  readonly compare: Lane;
  readonly resume: Lane;
  readonly operator: Lane;
  readonly desk: Lane;
}

/** What cannot be written on Atlas harms nothing else: the lanes of push go round it by batches, the others by requests. */
function lanesOver(parts: EngineParts, link: AtlasLink, absences: AbsenceWatch): Lanes {
  const lane = (options: Omit<LaneOptions, 'absences'> = {}): Lane =>
    new Lane(parts, link, { absences, ...options });
  return {
    pull: lane({ leavesPush: true, isForbearing: true }),
    push: [lane(), lane()],
    chores: lane({ leavesPush: true, isForbearing: true }),
    compare: lane({ isForbearing: true }),
    resume: lane({ beforeResume: true, isForbearing: true }),
    operator: lane({ ofOperator: true, isForbearing: true }),
    // Whoever asks for a single document hears of what fails.
    desk: lane(),
  };
}

function startLoops(parts: EngineParts, options: LoopOptions): readonly Promise<void>[] {
  const { link, listener, markers, first, signal, fullSync, instances } = options;
  const { clock, tombstones } = parts.options;
  const absences = new AbsenceWatch({ graceMs: tombstones.foreignDeleteGraceMs });
  const lanes = lanesOver(parts, link, absences);
  const requests = new Requests(options.localDb, { clock, random: systemRandom });
  const beat = new InstanceBeat({ instances, atlas: link.greeting.db, instanceId: link.instanceId, clock });
  const [complete, pushGate] = [new Gate(), new Gate()];
  const pulling = { link, lane: lanes.pull, listener, markers, complete, caughtUp: pushGate };
  const processor = new ChangeProcessor(parts, pulling);
  const hold = processor.hold.bind(processor);

  const openPush = async (): Promise<void> => {
    const passed = await markers.write();
    const { choice, comparison } = options;
    if (choice) await carryOut(choice, { ...options, opening: comparison, beat, hold, lane: lanes.operator });
    else if (comparison !== null)
      await compareAtOpening(parts.pauses, {
        ...options,
        runId: comparison,
        hold,
        lane: lanes.compare,
      });
    complete.open();
    await passed.opened(signal);
    if (isAborted(signal)) return;
    pushGate.open();
    parts.board.set({ pushOpen: true });
    options.onOpen({ link, deskLane: lanes.desk });
  };
  const pull = async (): Promise<void> => {
    if (options.choice || isFirstStart(link.collections, options.adopted)) await complete.opened(signal);
    if (!signal.aborted) await processor.run(first);
  };
  return [
    pull(),
    openPush(),
    new SyncWorker(parts, {
      ...link,
      ...{ lanes: lanes.push, gate: pushGate, setbacks: link.setbacks.push, signal },
    }).run(),
    failingAs(
      'local',
      choresLoop(parts, {
        link,
        lane: lanes.chores,
        markers,
        requests,
        beat,
        local: options.context,
        hold,
        pushDue: parts.pushDue,
        complete,
      }),
    ),
    failingAs(
      'local',
      fullSyncLoop(parts, { ...options, service: fullSync, processor, lanes, ready: pushGate }),
    ),
  ];
}
