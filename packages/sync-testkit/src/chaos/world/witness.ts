import { type Binary, type ChangeStream, type ChangeStreamDocument, type Db, type Document } from 'mongodb';
import { waitFor } from '../../wait/wait-for.js';
import {
  type Content,
  type Place,
  type Sighting,
  type VersionSighting,
} from '../checker/recorded-history.js';
import { contentOf } from './content-of.js';

const END_COLLECTION = 'witness';
const CATCH_UP_MS = 20_000;

/** Reads along what happens on one server, in its order: its own change stream, straight, past every fault. */
export class Witness {
  readonly sightings: Sighting[] = [];
  readonly versions: VersionSighting[] = [];
  readonly #place: Place;
  readonly #db: Db;
  readonly #collection: string;
  readonly #stream: ChangeStream;
  readonly #known = new Map<string, Document>();
  #hasSeenTheEnd = false;
  #reading: Promise<void> | null = null;
  #isOpen = true;

  private constructor(db: Db, { place, collection }: { readonly place: Place; readonly collection: string }) {
    this.#place = place;
    this.#db = db;
    this.#collection = collection;
    this.#stream = db.watch([], { maxAwaitTimeMS: 300 });
  }

  /** Begins to read: it sees everything from now on. */
  static async open(db: Db, of: { readonly place: Place; readonly collection: string }): Promise<Witness> {
    await db.collection(END_COLLECTION).insertOne({ name: 'begin' });
    const witness = new Witness(db, of);
    const first = await witness.#stream.tryNext();
    if (first) witness.#take(first);
    witness.#reading = witness.#read();
    return witness;
  }

  /** Resolves once it has seen everything that was written before the call; then it closes. */
  async close(): Promise<void> {
    await this.#db.collection(END_COLLECTION).insertOne({ name: 'end' });
    await waitFor(() => this.#hasSeenTheEnd, {
      what: `the witness of ${this.#place} to catch up`,
      timeoutMs: CATCH_UP_MS,
    });
    await this.abandon();
  }

  /** Closes without waiting. */
  async abandon(): Promise<void> {
    this.#isOpen = false;
    await this.#reading;
    await this.#stream.close().catch(() => undefined);
  }

  async #read(): Promise<void> {
    while (this.#isOpen) {
      const event = await this.#stream.tryNext();
      if (event) this.#take(event);
    }
  }

  #take(event: ChangeStreamDocument): void {
    if (!('documentKey' in event)) return;
    const { coll } = event.ns as { readonly coll: string };
    if (coll === END_COLLECTION) {
      const isEnd = event.operationType === 'insert' && event.fullDocument['name'] === 'end';
      this.#hasSeenTheEnd ||= isEnd;
    } else if (coll === this.#collection) this.#note(String(event.documentKey._id), event);
  }

  #note(key: string, event: ChangeStreamDocument): void {
    const before = this.#known.get(key);
    const after = stateAfter(before, event);
    if (after) this.#known.set(key, after);
    else this.#known.delete(key);
    const content: Content | null = after ? contentOf(after) : null;
    const [stamp, atMs] = [stampOf(after), Date.now()];
    if (content && stamp !== null && stamp !== stampOf(before))
      this.versions.push({ place: this.#place, key, stamp, token: content.token, atMs });
    if (content && before && JSON.stringify(contentOf(before)) === JSON.stringify(content)) return;
    const meta = before?.['_syncMeta'] as Document | undefined;
    const wasMarked = content === null && meta?.['deleting'] !== undefined;
    this.sightings.push({ place: this.#place, key, content, wasMarked, atMs });
  }
}

/** The version of a document, in hexadecimal. */
function stampOf(document: Document | null | undefined): string | null {
  const stamp = (document?.['_syncMeta'] as Document | undefined)?.['stamp'] as Binary | undefined;
  return stamp ? Buffer.from(stamp.value()).toString('hex') : null;
}

function stateAfter(before: Document | undefined, event: ChangeStreamDocument): Document | null {
  if (event.operationType === 'insert' || event.operationType === 'replace') return event.fullDocument;
  if (event.operationType !== 'update') return null;
  if (!before) throw new Error(`an update of ${String(event.documentKey._id)}, which was never seen`);
  const after = structuredCloneOf(before);
  const { updatedFields = {}, removedFields = [] } = event.updateDescription;
  for (const [path, value] of Object.entries(updatedFields)) setAt(after, path.split('.'), value);
  for (const path of removedFields) setAt(after, path.split('.'), undefined);
  return after;
}

function structuredCloneOf(document: Document): Document {
  const meta = document['_syncMeta'] as Document | undefined;
  return { ...document, ...(meta && { _syncMeta: { ...meta } }) };
}

function setAt(document: Document, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) {
    const inner = { ...(document[name] as Document | undefined) };
    setAt(inner, rest, value);
    document[name] = inner;
  } else if (value === undefined) Reflect.deleteProperty(document, name);
  else document[name] = value;
}
