import {
  conflictIdOf,
  type AtlasDocument,
  type Body,
  type Clock,
  type ConflictRecord,
  collectionOf,
  ConflictResolver,
  type ConflictStats,
  type DocumentKey,
  type LocalDocument,
  type Logger,
  type Resolution,
  strategyFor,
} from '@bomba/sync-core';
import { type ConflictStrategy, type PlainDocument } from '../sync-options.js';
import { isDocument, mergeDocument, toPlainDocument } from './merge-document.js';

/** What a settler works with. */
export interface ConflictSettlerOptions {
  readonly strategy: ConflictStrategy | Readonly<Record<string, ConflictStrategy>>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}

/** A state as the resolver passes it on. */
interface Candidate {
  readonly body: Body;
}

type CustomStrategy = Exclude<ConflictStrategy, 'last-write-wins'>;
type CandidateStrategy =
  'last-write-wins' | ((local: Candidate, atlas: Candidate) => Candidate | 'local' | 'atlas');

/** How many conflicts are remembered as met. */
const MAX_MET = 1_000;

/** Asks the application's conflict strategies, and counts every conflict of this process. */
export class ConflictSettler {
  readonly #strategy: ConflictSettlerOptions['strategy'];
  readonly #clock: ConflictSettlerOptions['clock'];
  readonly #resolver: ConflictResolver<Candidate>;
  /** The last that were met, by what they are kept as. */
  readonly #met = new Set<string>();

  constructor({ strategy, clock, logger }: ConflictSettlerOptions) {
    this.#strategy = strategy;
    this.#clock = clock;
    this.#resolver = new ConflictResolver<Candidate>({ strategy: onCandidates(strategy), clock, logger });
  }

  /** Whether the collection has a strategy of its own. */
  hasStrategy(collection: string): boolean {
    return strategyFor<PlainDocument>(this.#strategy, collection) !== 'last-write-wins';
  }

  /** What the strategy of the key's collection makes of both states. Never throws. */
  resolve(key: DocumentKey, local: LocalDocument, atlas: AtlasDocument): Resolution {
    const { winner, document, conflict } = this.#resolver.resolveConflict(
      { key, document: local, stamp: local.dirty },
      { document: atlas, stamp: atlas.stamp },
    );
    const { caution, failure } = conflict;
    return { winner, body: winner === 'merged' ? document.body : null, caution, failure };
  }

  /**
   * Whether a conflict is met for the first time. What is kept before a write is kept again where that could not be made, and is
   * no other conflict for it.
   */
  isNew(record: Pick<ConflictRecord, 'key' | 'losingStamp' | 'edition'>): boolean {
    const id = conflictIdOf(record);
    if (this.#met.has(id)) return false;
    this.#met.add(id);
    const [first] = this.#met;
    if (this.#met.size > MAX_MET && first !== undefined) this.#met.delete(first);
    return true;
  }

  /** Counts a conflict that the later write has won. */
  count({ key, loser, losingStamp, winningStamp, strategy, caution }: ConflictRecord): void {
    if (strategy !== 'last-write-wins') return; // counted when it was resolved
    const standing = winningStamp ?? losingStamp;
    const [localStamp, atlasStamp] = loser === 'local' ? [losingStamp, standing] : [standing, losingStamp];
    this.#resolver.logConflict({
      key,
      collection: collectionOf(key),
      winner: loser === 'local' ? 'atlas' : 'local',
      strategy,
      localStamp,
      atlasStamp,
      caution,
      failure: null,
      atMs: this.#clock.now(),
    });
  }

  stats(): ConflictStats {
    return this.#resolver.getConflictStats();
  }
}

function onCandidates(
  strategy: ConflictSettlerOptions['strategy'],
): CandidateStrategy | Readonly<Record<string, CandidateStrategy>> {
  if (typeof strategy === 'object') {
    return Object.fromEntries(Object.entries(strategy).map(([name, each]) => [name, onCandidate(each)]));
  }
  return onCandidate(strategy);
}

function onCandidate(strategy: ConflictStrategy): CandidateStrategy {
  if (strategy === 'last-write-wins') return strategy;
  return (local, atlas) => ask(strategy, local, atlas);
}

/** Throws where the strategy does, or where what it made cannot be stored. */
function ask(strategy: CustomStrategy, local: Candidate, atlas: Candidate): Candidate | 'local' | 'atlas' {
  const result = strategy(toPlainDocument(local.body), toPlainDocument(atlas.body));
  if (result === 'local' || result === 'atlas') return result;
  if (!isDocument(result))
    throw new InvalidResult('A conflict strategy returns a document or the name of a side.');
  return { body: mergeDocument(result, [local.body, atlas.body]) };
}

/** What the resolver calls a result that is neither a side nor a document. */
class InvalidResult extends TypeError {
  override readonly name = 'InvalidResult';
}
