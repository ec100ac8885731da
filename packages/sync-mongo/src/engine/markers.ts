import { type Random } from '@bomba/sync-core';
import { type Collection, type Db } from 'mongodb';
import { majority } from '../atlas-side/atlas-context.js';
import { failingAs } from '../errors/map-mongo-error.js';
import { stateCollections } from '../state/state-collections.js';
import { markerId } from '../stream/watch-pipeline.js';
import { randomId } from '../system/random-id.js';
import { Gate } from './gate.js';

interface MarkerDocument {
  readonly _id: string;
  readonly marker: string;
  readonly at: Date;
}

/**
 * Markers in the change stream: written to Atlas, they come by once the stream has shown everything that was there
 * before. So no times of two machines are compared.
 */
export class Markers {
  readonly #markers: Collection<MarkerDocument>;
  readonly #id: string;
  readonly #random: Random;
  readonly #awaited = new Map<string, Gate>();

  constructor(atlas: Db, { instanceId, random }: { readonly instanceId: string; readonly random: Random }) {
    this.#markers = atlas.collection<MarkerDocument>(stateCollections.instances);
    this.#id = markerId(instanceId);
    this.#random = random;
  }

  /** Writes a marker; the gate opens when the stream has passed it. */
  async write(): Promise<Gate> {
    const marker = randomId(this.#random);
    const gate = new Gate();
    this.#awaited.set(marker, gate);
    const update = [{ $set: { marker: { $literal: marker }, at: '$$NOW' } }];
    const options = { upsert: true, writeConcern: majority };
    await failingAs('atlas', this.#markers.updateOne({ _id: this.#id }, update, options));
    return gate;
  }

  /** The stream has passed this marker, and with it those written before. */
  passed(marker: string): void {
    if (!this.#awaited.has(marker)) return;
    for (const [written, gate] of this.#awaited) {
      gate.open();
      this.#awaited.delete(written);
      if (written === marker) return;
    }
  }
}
