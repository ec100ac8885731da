import {
  allDeletions,
  type ChangeEvent,
  deafObserver,
  diffCollection,
  type DocumentKey,
  type EngineContext,
  ForeignStates,
  PositionTracker,
  PushesUnderWay,
  PushWork,
  pullBatch,
  pushTurn,
  pushWaiting,
  reconcile,
  retryFreed,
  type Step,
  sweepQuarantine,
  SyncQueueManager,
} from '@bomba/sync-core';
import { type Branch } from './branch.js';
import { carryOutChoice } from './carry-out-choice.js';
import { DeadDeletes } from './dead-deletes.js';
import { digestOf, toBody, toHistory, union } from './history.js';
import { mistaken } from './lane-mistake.js';
import { type World } from './world.js';

const DRIFT_BOUND_MS = 100;
const HORIZON_MS = 250;
const MAX_BATCH = 4;
/** Two batches of push. */
const QUEUE_SIZE = 4;

/** Compares all there is, in pages that leave something over. */
const wholeDiff = { collection: 'docs', pageSize: 2, dryRun: false, onPage: () => true } as const;

/** What goes on one turn after the other, beside the other lane. */
type LaneName = 'push' | 'pull';

/**
 * One engine process of a branch: the real steps of push, pull, deletes and diff. Push and pull are under way side by
 * side where the process is given two actors.
 */
export class EngineProcess {
  readonly branch: Branch;
  readonly #world: World;
  #context: EngineContext;
  /** What pull works with: what it finds is to be pushed is left to push. */
  #pulling: EngineContext;
  #queue = new SyncQueueManager({ maxSize: QUEUE_SIZE });
  #work = new PushWork(this.#queue);
  #positions = new PositionTracker<number>();
  #foreign = new ForeignStates();
  #deadDeletes: DeadDeletes;
  /** How far this process has read the stream; the saved position may be behind. */
  #readUpTo: number;
  readonly #busy = new Set<LaneName>();
  /** Grows when the process dies: what was under way is then gone. */
  epoch = 0;

  constructor(world: World, branch: Branch) {
    this.#world = world;
    this.branch = branch;
    this.#deadDeletes = new DeadDeletes(world, branch);
    this.#readUpTo = branch.position;
    const { scenario, random } = world;
    this.#context = {
      random,
      instanceId: branch.name,
      newId: () => branch.clock.next(),
      observer: deafObserver,
      pushes: new PushesUnderWay(),
      digestOf: (_key, body) => digestOf(body),
      rulesFor: () => ({
        ceilingMs: world.nowMs + DRIFT_BOUND_MS,
        horizonMs: scenario.expiring ? world.nowMs - HORIZON_MS : 0,
        insertOnly: false,
        merges: scenario.merging,
        oneWay: branch.isPullPaused && world.mutant?.name !== 'the rules forget that pull is off',
        applyLogic: scenario.deriving ? 'foreign' : 'never',
      }),
      resolve: (_key, local, atlas) => {
        const body = toBody(union(toHistory(local.body), toHistory(atlas.body)));
        return { winner: 'merged', body, caution: false, failure: null };
      },
      isGoneForGood: () => world.healing || random.chance(0.7),
      mayWriteAtlas: () => world.healing || random.chance(0.9),
    };
    this.#pulling = leavingPush(this.#context);
  }

  /** The process died, or lost its connection: what it held in memory is gone. */
  restart(): void {
    this.epoch += 1;
    this.#busy.clear();
    this.#context = { ...this.#context, pushes: new PushesUnderWay() };
    this.#pulling = leavingPush(this.#context);
    if (this.#world.mutant?.name !== 'a takeover goes on where the dead had read')
      this.#readUpTo = this.branch.position;
    this.#queue = new SyncQueueManager({ maxSize: QUEUE_SIZE });
    this.#work = new PushWork(this.#queue);
    this.#positions = new PositionTracker();
    this.#foreign = new ForeignStates();
    this.#deadDeletes = new DeadDeletes(this.#world, this.branch);
  }

  /** True where the stream has shown everything that Atlas has. */
  get isUpToDate(): boolean {
    return this.#readUpTo >= this.#world.atlas.events.length && this.#positions.open.length === 0;
  }

  /** One turn of what an engine does, by chance. */
  *turn(): Step<void> {
    this.#deadDeletes.glance();
    if (this.branch.mustChoose) {
      yield* this.#alone('pull', this.choose());
      return;
    }
    if (this.branch.mustCompare) {
      yield* this.#alone('pull', this.compareAll());
      return;
    }
    if (this.branch.isStale && !this.branch.isPullPaused) {
      yield* this.#alone('pull', this.compareStale());
      return;
    }
    const choice = this.#world.random.fraction();
    if (choice < 0.45) {
      if (this.#readUpTo >= this.branch.gate) yield* this.push();
    } else if (choice < 0.9) yield* this.#alone('pull', this.pull());
    else if (this.#world.scenario.unique && choice < 0.93) yield* this.#sweepQuarantine();
    else if (choice < 0.95) yield* this.#deadDeletes.sweep();
    else yield* this.#alone('pull', this.resync());
  }

  *#alone(lane: LaneName, step: Step<void>): Step<void> {
    if (this.#busy.has(lane)) return;
    this.#busy.add(lane);
    yield* step;
    this.#busy.delete(lane);
  }

  /** Pushes until the sweep over the dirty index has come to its end; beside a push that is under way, what waits. */
  *push(): Step<void> {
    if (this.#busy.has('push'))
      yield* this.#inLane('push', pushWaiting(this.#context, { work: this.#work, batchSize: 2 }));
    else yield* this.#alone('push', this.#sweep());
  }

  *#sweep(): Step<void> {
    const work = new PushWork(this.#queue);
    this.#work = work;
    for (let turns = 0; turns < 20; turns++) {
      const turn = pushTurn(this.#context, { work, batchSize: 2, pageSize: QUEUE_SIZE });
      const { finished } = yield* this.#inLane('push', turn);
      if (finished) return;
    }
  }

  #inLane<Result>(lane: LaneName, step: Step<Result>): Step<Result> {
    const mistake = this.#world.mutant?.lane;
    return mistake?.lane === lane ? mistaken(step, mistake, this.branch) : step;
  }

  /** Applies a batch of events, and saves the position behind them. */
  *pull(): Step<void> {
    const { atlas, random, healing } = this.#world;
    const end = Math.min(atlas.events.length, this.#readUpTo + 1 + random.below(MAX_BATCH));
    const events = atlas.events.slice(this.#readUpTo, end).map((event) => this.#asReceived(event));
    yield* this.#lookAgain();
    const { mutant } = this.#world;
    if (mutant?.name === 'a takeover goes on where the dead had read') this.#readUpTo = end;
    if (mutant?.name === 'position before apply') {
      yield { side: 'local', op: 'savePosition', position: Math.max(this.branch.position, end) };
    }
    if (events.length > 0 && this.branch.isPullPaused) {
      this.#foreign = new ForeignStates();
      this.#positions.applied(end, []); // passed over
      this.#readUpTo = end;
    } else if (events.length > 0) {
      const batch = pullBatch(this.#pulling, events, this.#foreign);
      const { waiting, unsettled } = yield* this.#inLane('pull', batch);
      const holdsBack =
        mutant?.name === 'what is not settled lets the position go' ? [] : [...waiting, ...unsettled];
      this.#positions.applied(end, holdsBack);
      this.#readUpTo = end;
    }
    if (healing || random.chance(0.6)) yield* this.#savePosition();
  }

  /** Keys that hold the position back get another look. */
  *#lookAgain(): Step<void> {
    const { open } = this.#positions;
    if (open.length === 0) return;
    const { waiting, unsettled } = yield* reconcile(this.#pulling, open);
    const still = new Set([...waiting, ...unsettled]);
    this.#positions.settled(open.filter((key) => !still.has(key)));
  }

  *#savePosition(): Step<void> {
    const position = this.#positions.take();
    if (position === null || position <= this.branch.position) return;
    yield { side: 'local', op: 'savePosition', position };
  }

  /** History lost: first a new position, then every key, then the position counts. */
  *resync(): Step<void> {
    const from = this.#world.atlas.events.length;
    const { waiting, unsettled } = yield* reconcile(this.#context, this.#world.keys);
    yield* this.#goOnFrom(from, [...waiting, ...unsettled]);
  }

  /** Pull is on again: every key is looked at, and all are settled, before the branch is no longer stale. */
  *compareStale(): Step<void> {
    const { waiting, unsettled } = yield* reconcile(this.#context, this.#world.keys);
    if (this.branch.isPullPaused) return;
    const open = [...waiting, ...unsettled];
    this.#positions.applied(this.#readUpTo, open);
    this.branch.isStale = open.length > 0;
  }

  /** History lost, or a first start: both sides are compared, and where far too much is gone from Atlas the operator chooses. */
  *compareAll(): Step<void> {
    const from = this.#world.atlas.events.length;
    const isFuseOff = this.#world.mutant?.name === 'the fuse does not blow';
    const { ended, open } = yield* diffCollection(this.#context, {
      ...wholeDiff,
      deletions: yield* allDeletions(wholeDiff.collection),
      maxUnexplainedDeletes: this.#world.scenario.wiped && !isFuseOff ? 0 : Number.MAX_SAFE_INTEGER,
      isPullWaiting: this.#world.scenario.joining,
    });
    this.branch.mustCompare = false;
    this.branch.mustChoose = ended === 'too-many-unexplained-deletes';
    if (!this.branch.mustChoose) yield* this.#goOnFrom(from, open);
  }

  /** After a restore of Atlas: a new position, both sides compared by what the operator chose, then the position counts. */
  *choose(): Step<void> {
    const { from, open } = yield* carryOutChoice(this.#world, this.branch, {
      context: this.#context,
      rules: { ...wholeDiff, deletions: yield* allDeletions(wholeDiff.collection) },
    });
    yield* this.#goOnFrom(from, open);
    [this.branch.mustChoose, this.branch.choosing] = [false, null];
  }

  /** All up to there was compared, but for keys that are not settled yet. */
  *#goOnFrom(position: number, open: readonly DocumentKey[]): Step<void> {
    this.#positions = new PositionTracker();
    this.#foreign = new ForeignStates();
    this.#positions.applied(position, open);
    this.#readUpTo = position;
    yield* this.#savePosition();
  }

  /** Finishes every delete whose process is dead. */
  *sweepAll(): Step<void> {
    yield* this.#deadDeletes.sweepAll();
    if (this.#world.scenario.unique) yield* this.#sweepQuarantine();
  }

  *#sweepQuarantine(): Step<void> {
    const { parked, freed } = yield* sweepQuarantine({ after: null, limit: 1000 });
    const open = yield* retryFreed(this.#pulling, freed);
    if (parked.length > 0) yield* reconcile(this.#pulling, parked);
    if (open.length > 0) this.#positions.applied(this.#readUpTo, open);
  }

  /** Events of versions that this branch pushed come without content. */
  #asReceived(event: ChangeEvent): ChangeEvent {
    if (event.kind !== 'state' || event.state.stamp === null) return event;
    const { stamp } = event.state;
    if (this.#world.owners.get(stamp) === this.branch) return { kind: 'echo', key: event.key, stamp };
    return this.#world.mutant?.lane?.see?.(event) ?? event;
  }
}

function leavingPush(context: EngineContext): EngineContext {
  return { ...context, mayPush: () => false };
}
