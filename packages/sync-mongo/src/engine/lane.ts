import {
  type AbsenceWatch,
  type AtlasSide,
  collectionOf,
  type DocumentKey,
  type EngineContext,
  type ModelLane,
  type Rules,
  type Step,
} from '@bomba/sync-core';
import { MongoAtlasSide } from '../atlas-side/mongo-atlas-side.js';
import { bodyDigest } from '../bson/body-digest.js';
import { unfindableDocument } from '../bson/unfindable-document.js';
import { type AtlasLink } from './atlas-link.js';
import { KeptFieldsLane } from '../fields/kept-fields-lane.js';
import { withoutExcluded } from '../fields/take-out.js';
import { stateCollections } from '../state/state-collections.js';
import { systemRandom } from '../system/system-random.js';
import { runStep } from '../worker/run-step.js';
import { StepObserver } from './engine-observer.js';
import { collectionFor, ForbearingAtlas } from './forbearing-atlas.js';
import { InTurn } from './in-turn.js';
import { isPulled } from '../control/collection-choice.js';
import { type EngineParts } from './engine-parts.js';

/** Whether pull is off for a collection, by configuration or, where pauses hold, for a while. */
function isOneWay({ options, pauses }: EngineParts, collection: string, pausesHold: boolean): boolean {
  return !isPulled(options, collection) || (pausesHold && pauses.isPaused('atlas-to-local', collection));
}

function isPushPaused({ pauses }: EngineParts, key: DocumentKey): boolean {
  return pauses.isPaused('local-to-atlas', collectionOf(key));
}

/** What a lane is for. */
export interface LaneOptions {
  readonly absences: AbsenceWatch;
  /** Carries out what an operator chose: pauses do not hold, and nobody waits for a tombstone. Default false. */
  readonly ofOperator?: boolean;
  /** Works on what goes on right behind it: pauses do not hold, and all else is as ever. Default false. */
  readonly beforeResume?: boolean;
  /** What is to be pushed is left to the lanes of push, which go round what fails. Default false. */
  readonly leavesPush?: boolean;
  /** What else it cannot write on Atlas is left for later, and harms nothing else. Default false: it throws. */
  readonly isForbearing?: boolean;
}

/** Runs steps one after the other, with a causal session of their own: a lane. */
export class Lane {
  readonly context: EngineContext;
  readonly #link: AtlasLink;
  readonly #models: ModelLane;
  readonly #atlas: AtlasSide;
  readonly #observer: StepObserver;
  readonly #turns = new InTurn();

  constructor(parts: EngineParts, link: AtlasLink, options: LaneOptions) {
    const { absences, ofOperator = false, leavesPush = false, isForbearing = false } = options;
    const pausesHold = options.beforeResume !== true;
    const { greeting, instanceId } = link;
    this.#link = link;
    const { excludedFields: excluded } = parts.options;
    this.#models = new KeptFieldsLane(parts.logic.lane, { db: link.localDb, excluded });
    this.#observer = new StepObserver(parts);
    const session = greeting.client.startSession({ causalConsistency: true });
    const atlas = new MongoAtlasSide({
      db: greeting.db,
      instanceId,
      session,
      excluded,
      expectEcho: (stamp) => parts.echoes.expect(stamp),
    });
    const { push, pull } = link.setbacks;
    this.#atlas = isForbearing ? new ForbearingAtlas(atlas, { setbacks: pull, signal: link.signal }) : atlas;
    const { collisions } = parts;
    this.context = {
      random: systemRandom,
      instanceId,
      newId: () => parts.clock.next(),
      observer: this.#observer,
      pushes: link.pushes,
      digestOf: (key, body) => {
        const set = excluded.of(collectionOf(key));
        return bodyDigest(withoutExcluded(body, set), set.name);
      },
      rulesFor: (key): Rules => {
        const collection = collectionOf(key);
        const nowMs = link.time.now();
        return {
          ceilingMs: nowMs + parts.options.drift.maxMs,
          horizonMs: nowMs - parts.options.tombstones.maxAgeMs,
          merges: parts.conflicts.hasStrategy(collection),
          insertOnly: collection === stateCollections.conflicts,
          applyLogic: parts.logic.modeOf(collection),
          oneWay: !ofOperator && isOneWay(parts, collection, pausesHold),
        };
      },
      resolve: (key, local, atlas) => parts.conflicts.resolve(key, local, atlas),
      ...(collisions && { resolveCollision: (collision) => collisions.resolve(collision) }),
      unfindable: unfindableDocument,
      batchBytes: () => parts.pushSize.bytes,
      mayPush: (key) => {
        const isPaused = pausesHold && isPushPaused(parts, key);
        return !leavesPush && (ofOperator || (!isPaused && !push.isWaiting(key)));
      },
      ...(isForbearing && {
        mayWriteAtlas: (key, what) => !pull.isWaiting(key, collectionFor(what, key)),
      }),
      isGoneForGood: (key) => ofOperator || absences.isOver(key, parts.options.clock.monotonic()),
      isNotGone: (key) => absences.isBack(key),
    };
  }

  /** Runs a step to its end, after those that were asked for before: a session serves one request at a time. */
  run<Result>(step: Step<Result>): Promise<Result> {
    return this.#turns.run(() => this.#run(step));
  }

  async #run<Result>(step: Step<Result>): Promise<Result> {
    await this.#link.time.afterJump();
    this.#observer.begin();
    try {
      const sides = { local: this.#link.local, atlas: this.#atlas, models: this.#models };
      return await runStep(step, sides, this.#link.signal);
    } finally {
      this.#observer.end();
    }
  }
}
