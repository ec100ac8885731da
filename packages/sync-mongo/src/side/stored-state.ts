import {
  type AtlasDocument,
  type Body,
  type Digest,
  type DocumentKey,
  type LocalDocument,
  type ScannedState,
  type Stamp,
} from '@bomba/sync-core';
import { setNameOf } from '../bson/body-digest.js';
import { documentKeyOf } from '../bson/document-key.js';
import { InexactId } from '../bson/inexact-id.js';
import { hasNameableId } from '../bson/nameable-id.js';
import { type SplitDocument, splitDocument } from '../bson/split-document.js';
import {
  hasLocalMarks,
  readAtlasDocument,
  readLocalDocument,
  readVersionMeta,
  type VersionMeta,
} from '../bson/sync-meta.js';
import { type ExclusionSet } from '../fields/exclusion-set.js';
import { withoutExcluded } from '../fields/take-out.js';

/** Where a state was read. */
export interface StatePlace {
  readonly collection: string;
  readonly set: ExclusionSet;
}

/** A state as it was read, taken apart only as far as somebody asks. */
export class StoredState implements ScannedState {
  readonly #raw: Buffer;
  readonly #place: StatePlace;
  #key: DocumentKey | null = null;
  #split: SplitDocument | null = null;
  #meta: VersionMeta | null = null;

  constructor(place: StatePlace, raw: Buffer) {
    this.#place = place;
    this.#raw = raw;
  }

  /** Whether a filter can name its `_id`. */
  get isNameable(): boolean {
    return hasNameableId(this.#raw) || !(this.#document.id instanceof InexactId);
  }

  get key(): DocumentKey {
    return (this.#key ??= documentKeyOf(this.#place.collection, this.#document.id));
  }

  get stamp(): Stamp | null {
    return this.#version.stamp;
  }

  get digest(): Digest | null {
    return this.#version.digest;
  }

  get isPlain(): boolean {
    const { digest } = this.#version;
    const isOfNow = digest === null || setNameOf(digest) === this.#place.set.name;
    return isOfNow && !hasLocalMarks(this.#document.meta);
  }

  get body(): Body {
    return withoutExcluded(this.#document.body, this.#place.set);
  }

  get onAtlas(): AtlasDocument {
    const { body, meta } = this.#document;
    return readAtlasDocument(body, meta, this.#place.set);
  }

  get onLocal(): LocalDocument {
    const { body, meta } = this.#document;
    return readLocalDocument(body, meta, this.#place.set);
  }

  get #document(): SplitDocument {
    return (this.#split ??= splitDocument(this.#raw));
  }

  get #version(): VersionMeta {
    return (this.#meta ??= readVersionMeta(this.#document.meta));
  }
}
