import { type DocumentKey } from '@bomba/sync-core';
import { type Pauses } from '../control/pauses.js';
import { type AtlasLink } from '../engine/atlas-link.js';
import { type Lane } from '../engine/lane.js';
import { type Adopted } from './adopted.js';
import { type FullSyncService } from './full-sync-service.js';

/** Who looks at keys until they are settled. */
export interface KeyHolder {
  hold(keys: readonly DocumentKey[]): void;
  /** Whether keys of a collection that were to be held are not settled yet. */
  isHolding(collection: string): boolean;
}

/** Which collections are stale, durably. */
type StaleNotes = Pick<Pauses, 'stale' | 'isMarked' | 'beginComparing' | 'compared'>;

/** What stale collections are compared with. */
export interface StaleCollectionsOptions {
  readonly link: AtlasLink;
  readonly lane: Lane;
  readonly service: Pick<FullSyncService, 'run'>;
  readonly adopted: Pick<Adopted, 'load'>;
  readonly processor: KeyHolder;
}

/**
 * Compares the collections whose pull was off, and is on again, or of which Atlas did not let something be written. One counts
 * as compared once all that its comparison left open is settled: no event tells of that, and memory ends with the process.
 */
export class StaleCollections {
  readonly #pauses: StaleNotes;
  readonly #options: StaleCollectionsOptions;
  /** Compared, but for what was left open. */
  readonly #settling = new Set<string>();

  constructor(pauses: StaleNotes, options: StaleCollectionsOptions) {
    this.#pauses = pauses;
    this.#options = options;
  }

  /** Compares those that are stale now; what Atlas does not let be written is compared once it does. */
  async compare(): Promise<void> {
    const { link } = this.#options;
    for (const collection of await this.#pauses.stale(link.collections)) {
      if (link.setbacks.pull.isFailing(collection)) continue;
      if (!this.#settling.has(collection) || (await this.#pauses.isMarked(collection)))
        await this.#compareOne(collection);
      await this.#settle(collection);
    }
  }

  async #compareOne(collection: string): Promise<void> {
    const { service, link, lane, adopted, processor } = this.#options;
    this.#settling.delete(collection);
    await this.#pauses.beginComparing([collection]);
    const hold = processor.hold.bind(processor);
    const scope = { link, hold, lane, adopted: await adopted.load() };
    const { isComplete } = await service.run(scope, { collections: [collection] });
    if (isComplete && !link.setbacks.pull.isFailing(collection)) this.#settling.add(collection);
  }

  async #settle(collection: string): Promise<void> {
    if (!this.#settling.has(collection) || this.#options.processor.isHolding(collection)) return;
    this.#settling.delete(collection);
    await this.#pauses.compared([collection]);
  }
}
