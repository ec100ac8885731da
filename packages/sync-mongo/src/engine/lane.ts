import { type AbsenceWatch, collectionOf, type EngineContext, type Rules, type Step } from '@bomba/sync-core';
import { MongoAtlasSide } from '../atlas-side/mongo-atlas-side.js';
import { bodyDigest } from '../bson/body-digest.js';
import { type AtlasLink } from './atlas-link.js';
import { stateCollections } from '../state/state-collections.js';
import { systemRandom } from '../system/system-random.js';
import { runStep } from '../worker/run-step.js';
import { StepObserver } from './engine-observer.js';
import { type EngineParts } from './engine-parts.js';

/** Conflict records travel both ways in any case: they are how the other branches hear of what they lost. */
function isOneWay({ options, pauses }: EngineParts, collection: string): boolean {
  if (collection === stateCollections.conflicts) return false;
  if (!options.bidirectional || options.pullExclude.has(collection)) return true;
  return pauses.isPaused('atlas-to-local', collection);
}

/** Runs steps one after the other, with a causal session of their own: a lane. */
export class Lane {
  readonly context: EngineContext;
  readonly #link: AtlasLink;
  readonly #atlas: MongoAtlasSide;
  readonly #observer: StepObserver;

  constructor(parts: EngineParts, link: AtlasLink, absences: AbsenceWatch) {
    const { greeting, instanceId } = link;
    this.#link = link;
    this.#observer = new StepObserver(parts);
    const session = greeting.client.startSession({ causalConsistency: true });
    this.#atlas = new MongoAtlasSide({ db: greeting.db, instanceId, session });
    this.context = {
      random: systemRandom,
      instanceId,
      newId: () => parts.clock.next(),
      observer: this.#observer,
      digestOf: (_key, body) => bodyDigest(body),
      rulesFor: (key): Rules => ({
        ceilingMs: parts.options.clock.now() + greeting.offsetMs + parts.options.drift.maxMs,
        horizonMs: parts.options.clock.now() + greeting.offsetMs - parts.options.tombstones.maxAgeMs,
        insertOnly: collectionOf(key) === stateCollections.conflicts,
        oneWay: isOneWay(parts, collectionOf(key)),
      }),
      isGoneForGood: (key) => absences.isOver(key, parts.options.clock.monotonic()),
    };
  }

  /** Runs a step to its end. */
  async run<Result>(step: Step<Result>): Promise<Result> {
    this.#observer.begin();
    try {
      return await runStep(step, { local: this.#link.local, atlas: this.#atlas }, this.#link.signal);
    } finally {
      this.#observer.end();
    }
  }
}
