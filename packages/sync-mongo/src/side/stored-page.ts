import {
  type DocumentKey,
  type PairedPages,
  type PairHeed,
  type StatePage,
  type StatePair,
} from '@bomba/sync-core';
import { documentKeyOf } from '../bson/document-key.js';
import { storedIdOf } from '../bson/inexact-id.js';
import {
  hasSameId,
  isIdentical,
  isPlainlySame,
  isPlainlySound,
  laidOut,
  type LaidOut,
} from '../bson/same-bytes.js';
import { idElementOf } from '../bson/split-document.js';
import { type RawDocuments } from './raw-documents.js';
import { type StatePlace, StoredState } from './stored-state.js';

/** A page as it was read. Most of its documents are told to be the same as the other side's by their bytes. */
export class StoredPage implements StatePage {
  readonly isEnd: boolean;
  readonly #place: StatePlace;
  readonly #documents: RawDocuments;
  #states: readonly StoredState[] | null = null;

  constructor(place: StatePlace, documents: RawDocuments, isEnd: boolean) {
    this.#place = place;
    this.#documents = documents;
    this.isEnd = isEnd;
  }

  get states(): readonly StoredState[] {
    return (this.#states ??= [...this.#documents].map((raw) => new StoredState(this.#place, raw)));
  }

  pairWith(atlas: StatePage, heed: PairHeed = {}): PairedPages | null {
    if (!(atlas instanceof StoredPage) || !this.#isWhole || !atlas.#isWhole) return null;
    const unsure: StatePair[] = [];
    const length = Math.min(this.#documents.length, atlas.#documents.length);
    let at = 0;
    for (; at < length; at++) {
      const [one, other] = [this.#laidOut(at), atlas.#laidOut(at)];
      if (!one || !other || !hasSameId(one, other)) break;
      if (isPlain(one, other) && !this.#isOpen(one, heed)) continue;
      unsure.push({ local: this.#stateAt(at), atlas: atlas.#stateAt(at) });
    }
    return {
      ...{ sameCount: at - unsure.length, unsure, last: at > 0 ? this.#stateAt(at - 1).key : null },
      ...{ local: this.#behind(at), atlas: atlas.#behind(at) },
    };
  }

  /** Of one that plainly is the same. Its key is told only where anybody heeds it. */
  #isOpen(one: LaidOut, { isOpen, onSame }: PairHeed): boolean {
    if (!isOpen && !onSame) return false;
    const key = this.#keyOf(one);
    if (isOpen?.(key) === true) return true;
    onSame?.(key);
    return false;
  }

  /** No field of its documents is left out of what travels. */
  get #isWhole(): boolean {
    return this.#place.set.names.size === 0;
  }

  #laidOut(at: number): LaidOut | null {
    return laidOut(this.#documents.bytesOf(at), this.#documents.startOf(at), this.#documents.endOf(at));
  }

  #keyOf({ bytes, start, layout }: LaidOut): DocumentKey {
    return documentKeyOf(this.#place.collection, storedIdOf(bytes, idElementOf(bytes, start, layout)));
  }

  #stateAt(at: number): StoredState {
    return new StoredState(this.#place, this.#documents.at(at));
  }

  #behind(count: number): StoredPage {
    return new StoredPage(this.#place, this.#documents.slice(count), this.isEnd);
  }
}

function isPlain(one: LaidOut, other: LaidOut): boolean {
  return isIdentical(one, other) ? isPlainlySound(one) : isPlainlySame(one, other);
}
