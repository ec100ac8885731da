import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { decide } from '../protocol/decide.js';
import { type View } from '../protocol/state.js';
import { acknowledgeDeletions, type ToAcknowledgeDelete } from './act-on-tombstone.js';
import { adoptTogether, markTogether, type ToAmend, type ToMark } from './amend-together.js';
import { recordTogether, takeDeletesTogether, type ToRecord, type ToTakeDelete } from './delete-together.js';
import { isBarred } from './is-barred.js';
import { pushDeletions, type ToPushDelete } from './push-deletions.js';
import { pushTogether, type ToPush } from './push-together.js';
import { seal, type ToSeal } from './seal.js';
import { plainState, takeTogether } from './take-together.js';
import { type ActResult, type Decided, type Turn } from './turn.js';

/**
 * How a key fared: settled; to be looked at again; gone from Atlas, and its tombstone may still come; or no server will have
 * it, and it waits in quarantine.
 */
export type TogetherOutcome = 'settled' | 'again' | 'waiting' | 'refused';

/** Alone a key goes the longer way, on which it is looked at after each step. */
const MANY = 2;

/**
 * Carries out the answers that need one conditional write and no more, in one round trip for all keys of a page that have
 * the same one. A key of which nothing is returned is left to its own steps.
 */
export function* actTogether(
  context: EngineContext,
  decided: readonly Decided[],
): Step<ReadonlyMap<Turn, TogetherOutcome>> {
  return yield* new Page(context, decided).act();
}

/** The keys of a page, and how far each has come. */
class Page {
  readonly #context: EngineContext;
  readonly #outcomes = new Map<Turn, TogetherOutcome>();
  #open: readonly Decided[];

  constructor(context: EngineContext, decided: readonly Decided[]) {
    this.#context = context;
    this.#open = decided.filter(({ turn }) => !turn.isAlone);
  }

  *act(): Step<ReadonlyMap<Turn, TogetherOutcome>> {
    yield* this.#seal(this.#open.filter(isToSeal).filter(this.#isFree));
    yield* this.#mark(this.#open.filter(isToMark));
    yield* this.#act(this.#open.filter(isToAdopt), adoptTogether);
    yield* this.#act(
      this.#open.filter(({ view, answer }) => plainState(view, answer) !== null),
      takeTogether,
    );
    yield* this.#act(this.#open.filter(isToPush).filter(this.#mayPush), pushTogether);
    yield* this.#act(this.#open.filter(isToPushDelete).filter(this.#mayPush), pushDeletions);
    yield* this.#act(this.#open.filter(isToAcknowledgeDelete), acknowledgeDeletions);
    yield* this.#record(this.#open.filter(isToRecord).filter(this.#isFree));
    yield* this.#act(this.#open.filter(isToTakeDelete), takeDeletesTogether);
    return this.#outcomes;
  }

  *#act<D extends Decided>(
    group: readonly D[],
    together: (context: EngineContext, group: readonly D[]) => Step<readonly ActResult[]>,
  ): Step<void> {
    if (group.length >= MANY) this.#end(group, yield* together(this.#context, group));
  }

  *#seal(group: readonly ToSeal[]): Step<void> {
    if (group.length < MANY) return;
    const results = yield* seal(this.#context, group);
    const views = group.map(({ view }, i) => {
      const atlas = results[i] ?? 'missed';
      return typeof atlas === 'string' ? null : { ...view, atlas };
    });
    this.#goOn(group, views);
    for (const [i, { turn }] of group.entries())
      if (results[i] === 'refused') this.#outcomes.set(turn, 'refused');
  }

  *#mark(group: readonly ToMark[]): Step<void> {
    if (group.length < MANY) return;
    const marked = yield* markTogether(this.#context, group);
    this.#goOn(
      group,
      group.map(({ view }, i) => (marked[i] ? { ...view, local: marked[i] } : null)),
    );
  }

  /** Of those that have been gone for long enough a tombstone is written, which the next look finds. */
  *#record(group: readonly ToRecord[]): Step<void> {
    if (group.length < MANY) return;
    const gone = group.filter(({ turn }) => this.#context.isGoneForGood(turn.key));
    for (const { turn } of group) this.#outcomes.set(turn, 'waiting');
    if (gone.length > 0) this.#end(gone, yield* recordTogether(this.#context, gone));
  }

  /** What these hold now is known, where it has not moved on: what is next is decided without another look. */
  #goOn(group: readonly Decided[], views: readonly (View | null)[]): void {
    const now = new Map(group.map(({ turn }, i) => [turn, views[i] ?? null]));
    for (const { turn } of group) this.#outcomes.set(turn, 'again');
    this.#open = this.#open.flatMap((one): readonly Decided[] => {
      const view = now.get(one.turn);
      if (view === undefined) return [one];
      return view ? [{ turn: one.turn, view, answer: this.#decide(one.turn, view) }] : [];
    });
  }

  #end(group: readonly Decided[], results: readonly ActResult[]): void {
    for (const [i, one] of group.entries()) {
      one.turn.isAlone = results[i] !== 'done';
      this.#outcomes.set(one.turn, !one.turn.isAlone && isLast(one) ? 'settled' : 'again');
    }
  }

  #decide(turn: Turn, view: View): Decided['answer'] {
    return decide(view, this.#context.rulesFor(turn.key));
  }

  readonly #mayPush = ({ turn }: Decided): boolean => this.#context.mayPush?.(turn.key) ?? true;

  readonly #isFree = ({ turn, answer }: Decided): boolean => !isBarred(this.#context, turn.key, answer);
}

/**
 * Whether nothing is left to do about a key once that is done. What is acknowledged by its id alone may not be the same, a
 * deletion may be left to settle, and what pull met while it was dirty has been left to this turn.
 */
function isLast({ view, answer }: Decided): boolean {
  if (answer.do === 'acknowledge' || answer.do === 'clear' || answer.do === 'recordForeignDelete')
    return false;
  return !view.localTombstone && !view.atlasTombstone;
}

function isToSeal(one: Decided): one is ToSeal {
  return one.answer.do === 'seal';
}

function isToMark(one: Decided): one is ToMark {
  return one.answer.do === 'markDirty';
}

function isToAdopt(one: Decided): one is ToAmend {
  return one.answer.do === 'adopt' || one.answer.do === 'acknowledge' || one.answer.do === 'clear';
}

function isToPushDelete(one: Decided): one is ToPushDelete {
  return one.answer.do === 'pushDelete' || one.answer.do === 'pushTombstone';
}

function isToAcknowledgeDelete(one: Decided): one is ToAcknowledgeDelete {
  return one.answer.do === 'acknowledgeDelete';
}

function isToRecord(one: Decided): one is ToRecord {
  return one.answer.do === 'recordForeignDelete';
}

function isToTakeDelete(one: Decided): one is ToTakeDelete {
  return one.answer.do === 'takeDelete';
}

function isToPush(one: Decided): one is ToPush {
  return one.answer.do === 'push';
}
