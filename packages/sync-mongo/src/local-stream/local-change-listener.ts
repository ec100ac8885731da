import { collectionOf, type DocumentKey, SyncError } from '@bomba/sync-core';
import { type ChangeStream, type ChangeStreamDocument, type Db, type ResumeToken } from 'mongodb';
import { fidelity } from '../bson/fidelity.js';
import { type ExcludedFields } from '../fields/excluded-fields.js';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { eventReading } from '../stream/event-bytes.js';
import { type LocalEvent, toLocalEvent } from './local-event.js';
import { localPipeline } from './local-pipeline.js';
import { type LocalPositionStore } from './local-position-store.js';
import { type ForeignWrite, type IdSource, markWritten, type UnmarkedWrite } from './mark-written.js';
import { noteRemoved } from './note-removed.js';

/** How long the server waits for news before it answers with none. */
const AWAIT_MS = 500;
const BATCH_SIZE = 1_000;
const ENDED = 'The database was dropped, and its change stream has ended.';

/** What a listener works with. */
export interface LocalListenerOptions {
  readonly db: Db;
  /** Whether a collection travels. */
  readonly isSynced: (collection: string) => boolean;
  /** Default: none is. */
  readonly excluded?: ExcludedFields;
  readonly positions: LocalPositionStore;
  readonly epoch: number;
  /** The name of this Local at the moment. */
  readonly instanceId: () => string;
  readonly ids: IdSource;
  /** These keys are to be pushed. */
  readonly onForeign: (keys: readonly DocumentKey[]) => void;
  /** These stay where they are: the server does not let them be marked. */
  readonly onUnmarked: (writes: readonly UnmarkedWrite[]) => void;
  /** A synced collection was dropped or renamed: the operator chooses. */
  readonly onGone: (collection: string) => Promise<void>;
}

/**
 * Finds what is written to Local past capture, by Local's own change stream: marks it dirty, or records the deletion. It
 * goes on from a position of its own, saved behind what was done, so that nothing is missed over a restart.
 */
export class LocalChangeListener {
  readonly #options: LocalListenerOptions;
  #stream: ChangeStream | null = null;
  #saved: ResumeToken = null;

  constructor(options: LocalListenerOptions) {
    this.#options = options;
  }

  /**
   * Opens the stream at its position, or now where there is none. Answers whether it goes on from where it was. Throws
   * SYNC_STREAM_HISTORY_LOST, and SYNC_CONN_NOT_REPLICA_SET on a standalone.
   */
  async start(): Promise<boolean> {
    const { db, instanceId, positions } = this.#options;
    const token = await positions.load(instanceId());
    const from = token === null ? {} : { resumeAfter: token };
    const options = {
      ...from,
      ...fidelity,
      ...eventReading,
      batchSize: BATCH_SIZE,
      maxAwaitTimeMS: AWAIT_MS,
    };
    this.#stream = db.watch([...localPipeline], options);
    await this.step({ save: true });
    return token !== null;
  }

  /**
   * Waits for events, at most as long as the server does, and deals with those that have come: none, some, or as many as
   * are taken at once. The position is saved behind what was done about them, and where `save` is set: most are of capture
   * and of the engine, and reading those once more costs less than a durable write for each. Throws
   * SYNC_STREAM_HISTORY_LOST where the stream has ended with its database: one that has ended waits for nothing, and no
   * other goes on from there.
   */
  async step({ save = false }: { readonly save?: boolean } = {}): Promise<'none' | 'some' | 'many'> {
    const stream = this.#stream;
    if (!stream) return 'none';
    try {
      const events = await this.#take(stream);
      const isDone = await this.#apply(events);
      const token = stream.resumeToken;
      if ((isDone || save) && token !== this.#saved) await this.#save(token);
      return events.length === 0 ? 'none' : events.length < BATCH_SIZE ? 'some' : 'many';
    } catch (error) {
      throw mapMongoError(error, 'local');
    }
  }

  async stop(): Promise<void> {
    const stream = this.#stream;
    this.#stream = null;
    await stream?.close().catch(() => undefined); // a broken stream is closed all the same
  }

  async #take(stream: ChangeStream): Promise<readonly LocalEvent[]> {
    const events: LocalEvent[] = [];
    let next: ChangeStreamDocument | null = await stream.tryNext();
    while (next) {
      events.push(toLocalEvent(next, this.#options.excluded));
      next = events.length < BATCH_SIZE && stream.bufferedCount() > 0 ? await stream.tryNext() : null;
    }
    return events;
  }

  /** Answers whether anything was done about them. */
  async #apply(events: readonly LocalEvent[]): Promise<boolean> {
    const { db, ids, isSynced, onForeign, onUnmarked, onGone } = this.#options;
    const ofSynced = ({ key }: ForeignWrite): boolean => isSynced(collectionOf(key));
    const writes = lastOfEach(events, 'written').filter(ofSynced);
    const removals = lastOfEach(events, 'removed').filter(ofSynced);
    const unmarked = writes.length > 0 ? await markWritten(db, writes, ids) : [];
    if (unmarked.length > 0) onUnmarked(unmarked);
    const removed = removals.length > 0 ? await noteRemoved(db, removals, ids) : [];
    const gone = events.flatMap((event) => (event.kind === 'gone' ? event.collections.filter(isSynced) : []));
    if (writes.length + removed.length > 0) onForeign([...writes, ...removed].map(({ key }) => key));
    for (const collection of gone) await onGone(collection);
    if (events.some(({ kind }) => kind === 'ended')) throw new SyncError('SYNC_STREAM_HISTORY_LOST', ENDED);
    return writes.length + removed.length + gone.length > 0;
  }

  async #save(token: ResumeToken): Promise<void> {
    const { positions, epoch, instanceId } = this.#options;
    await positions.save({ token, instanceId: instanceId(), epoch });
    this.#saved = token;
  }
}

/** One entry per key, of its last event. */
function lastOfEach(events: readonly LocalEvent[], kind: 'written' | 'removed'): readonly ForeignWrite[] {
  const last = new Map<DocumentKey, ForeignWrite>();
  for (const event of events) {
    if (event.kind === kind) last.set(event.key, { key: event.key, atMs: event.atMs });
  }
  return [...last.values()];
}
