import { type ConflictRecord } from '../../src/conflict/conflict-record.js';
import { type DocumentKey } from '../../src/document-key/document-key.js';
import { type AtlasRecord, type EngineContext } from '../../src/engine/engine-context.js';
import {
  MemoryAtlasSide,
  type MemoryDocument,
  MemoryLocalSide,
  plainDocument,
  type UniqueOf,
} from '../../src/memory/index.js';
import { PushesUnderWay } from '../../src/push/pushes-under-way.js';
import { type Step } from '../../src/operations/operation.js';
import { type Refusal } from '../../src/operations/refusal.js';
import { type Body, type Digest } from '../../src/protocol/body.js';
import { type Stamp } from '../../src/protocol/stamp.js';
import { type LocalTombstone, type Rules } from '../../src/protocol/state.js';
import { stampAt } from './protocol/stamps.js';
import { rulesOf } from './protocol/views.js';
import { type Interference, type Run, runStep } from './run-step.js';

/** Ids of the engine's own writes have other tails than those that tests name. */
const FIRST_ID = 1000;

/** A content, by number. */
export function bodyOf(content: number): Body {
  return Uint8Array.of(content);
}

/** The digest that the sides and the engine make of a body. */
export function digestOf(body: Body): Digest {
  return [...body].join(' ');
}

/** A clean document of that version, or one that was written since where `more` says so. */
export function documentAt(
  stamp: Stamp | null,
  content: number,
  more: Partial<MemoryDocument> = {},
): MemoryDocument {
  const body = bodyOf(content);
  return { ...plainDocument(body), stamp, digest: stamp && digestOf(body), ...more };
}

/** A server's no to one state. */
export const refusal: Refusal = {
  refused: true,
  code: 'SYNC_WRITE_VALIDATION',
  reason: 'A bill has a number.',
};

/** Has the models of this branch, or its server, refuse whatever state comes from Atlas. */
export function refusedBy(who: 'model' | 'server'): Interference {
  return {
    answer: (operation) => {
      const isStored = operation.op === 'store' || operation.op === 'insert';
      if (operation.side === 'model')
        return operation.entries.map(({ body }) => (who === 'model' ? refusal : body));
      return who === 'server' && isStored ? [refusal] : undefined;
    },
  };
}

/** One branch and Atlas in memory, and what the engine's steps need to know beside them. */
export class TwoSides {
  nowMs = 1000;
  rules: Partial<Rules> = {};
  /** Whether keys may be pushed. */
  mayPush = true;
  /** What of keys must not be written on Atlas now, but by push. */
  readonly barred = new Set<AtlasRecord>();
  /** Whether keys that are gone have been gone for long enough. */
  goneForGood = true;
  /** What the observer heard, in order. */
  readonly heard: string[] = [];
  readonly atlas: MemoryAtlasSide;
  readonly local: MemoryLocalSide;
  #randomCount = 0;
  #idCount = 0;

  /** `uniqueOf`: what of a content is unique on both sides. */
  constructor({ uniqueOf }: { readonly uniqueOf?: UniqueOf } = {}) {
    const options = { now: () => this.nowMs, digestOf, ...(uniqueOf && { uniqueOf }) };
    this.atlas = new MemoryAtlasSide(options);
    this.local = new MemoryLocalSide(options);
  }

  context: EngineContext = {
    random: {
      bytes: (count) => {
        const number = ++this.#randomCount;
        return Uint8Array.from({ length: count }, (_, i) => (i % 2 === 0 ? number : number >> 8));
      },
      fraction: () => 0.5,
    },
    instanceId: 'this-branch',
    newId: () => stampAt(this.nowMs, FIRST_ID + this.#idCount++),
    pushes: new PushesUnderWay(),
    observer: {
      applied: (direction) => this.heard.push(direction),
      kept: ({ loser }) => this.heard.push(`kept ${loser}`),
      quarantined: ({ direction }) => this.heard.push(`quarantined ${direction}`),
    },
    digestOf: (_, body) => digestOf(body),
    rulesFor: () => rulesOf(this.rules),
    mayPush: () => this.mayPush,
    mayWriteAtlas: (_, what) => !this.barred.has(what),
    isGoneForGood: () => this.goneForGood,
  };

  /** The process dies, and another one begins. */
  restart(): void {
    this.context = { ...this.context, pushes: new PushesUnderWay() };
  }

  /** Puts the same clean document on both sides. */
  share(key: DocumentKey, stamp: Stamp, content = 1): void {
    this.local.documents.set(key, documentAt(stamp, content));
    this.atlas.documents.set(key, documentAt(stamp, content));
  }

  /** The application writes on Local, as capture records it: its base stays. */
  write(key: DocumentKey, id: Stamp, content: number): void {
    const { stamp = null, digest = null } = this.local.documents.get(key) ?? {};
    this.local.documents.set(key, documentAt(stamp, content, { digest, dirty: id }));
  }

  /** The application deletes on Local, as capture records it. */
  delete(key: DocumentKey, id: Stamp): void {
    const { stamp: base = null, dirty: last = null } = this.local.documents.get(key) ?? {};
    this.local.perform({ side: 'local', op: 'notePending', key, pending: id, base, last });
    this.local.documents.delete(key);
  }

  /** Another branch stores a version on Atlas. */
  writeOnAtlas(key: DocumentKey, stamp: Stamp, content: number): void {
    this.atlas.write(key, documentAt(stamp, content));
  }

  /** Another branch deletes on Atlas. */
  deleteOnAtlas(key: DocumentKey, stamp: Stamp): void {
    const base = this.atlas.documents.get(key)?.stamp ?? null;
    this.atlas.erase(key);
    this.atlas.perform({ side: 'atlas', op: 'writeTombstone', entries: [{ key, stamp, base }] });
  }

  /** What Local knows of the key's deletion. */
  noteOnLocal(key: DocumentKey, parts: Partial<LocalTombstone>): void {
    const nothing = { stamp: null, over: null, floor: null, pending: null, base: null, last: null };
    this.local.tombstones.set(key, { ...nothing, ...parts });
  }

  run<Result>(step: Step<Result>, interference?: Interference): Run<Result> {
    return runStep(this, step, interference);
  }

  /** The key on Local, in short; null where it is not there. */
  onLocal(key: DocumentKey): { readonly content: number; readonly stamp: Stamp | null } | null {
    return inShort(this.local.documents.get(key));
  }

  /** The key on Atlas, in short; null where it is not there. */
  onAtlas(key: DocumentKey): { readonly content: number; readonly stamp: Stamp | null } | null {
    return inShort(this.atlas.documents.get(key));
  }

  /** The states that were kept, in order. */
  get kept(): readonly ConflictRecord[] {
    return [...this.local.conflicts.values()];
  }
}

function inShort(
  document: MemoryDocument | undefined,
): { readonly content: number; readonly stamp: Stamp | null } | null {
  return document ? { content: document.body[0] ?? 0, stamp: document.stamp } : null;
}
