import { type Operation, type PushResult, type Step } from '@bomba/sync-core';
import { type Branch } from './branch.js';
import { type World } from './world.js';

/** The caller does not know whether the server did it. */
class Unanswered extends Error {}

/** How often a request to Atlas is lost, delivered later, or its answer lost. */
const LOST = 0.03;
const LATE = 0.3;
const UNANSWERED = 0.05;
/** How often a batch is full before all that was asked for is read. */
const CUT_SHORT = 0.1;

/** An operation under way: a batch is performed entry by entry, with anything in between. */
interface Request {
  readonly operation: Operation;
  readonly parts: (() => unknown)[];
  readonly results: unknown[];
}

/** A step of an engine under way, one atomic operation at a time. */
export class RunningStep {
  readonly #world: World;
  readonly #branch: Branch;
  readonly #step: Step<void>;
  #request: Request | null = null;

  constructor(world: World, branch: Branch, step: Step<void>) {
    this.#world = world;
    this.#branch = branch;
    this.#step = step;
  }

  /** Performs one atomic operation; answers whether the step has ended, and how. */
  advance(): 'running' | 'done' | 'failed' {
    if (!this.#request) return this.#resume(() => this.#step.next());
    const outcome = this.#performPart(this.#request);
    if (outcome === 'failed') return this.#resume(() => this.#step.throw(new Unanswered()));
    if (this.#request.parts.length > 0) return 'running';
    const { operation, results } = this.#request;
    const found = operation.op === 'readWithin' ? this.#cutShort(results.flat()) : merge(operation, results);
    return this.#resume(() => this.#step.next(found));
  }

  /** A batch may be full at any key behind the first. */
  #cutShort(found: readonly unknown[]): readonly unknown[] {
    const { random } = this.#world;
    if (found.length < 2 || !random.chance(CUT_SHORT)) return found;
    const readCount = 1 + random.below(found.length - 1);
    return found.map((document, i) => (i < readCount ? document : 'later'));
  }

  #resume(go: () => IteratorResult<Operation, void>): 'running' | 'done' | 'failed' {
    try {
      const next = go();
      if (next.done) return 'done';
      this.#request = this.#start(next.value);
      return 'running';
    } catch (error) {
      if (error instanceof Unanswered) return 'failed';
      throw error;
    }
  }

  #start(operation: Operation): Request {
    const parts = split(operation).map((part) => this.#world.prepare(this.#branch, part));
    return { operation, parts, results: [] };
  }

  #performPart({ operation, parts, results }: Request): 'done' | 'failed' {
    const part = parts.shift();
    if (!part) return 'done';
    const { random, healing, late } = this.#world;
    if (operation.side !== 'atlas' || healing) {
      results.push(part());
      return 'done';
    }
    if (!this.#branch.online || random.chance(LOST)) {
      if (this.#branch.online && random.chance(LATE)) late.push(part);
      return 'failed';
    }
    results.push(part());
    return random.chance(UNANSWERED) ? 'failed' : 'done';
  }
}

function split(operation: Operation): readonly Operation[] {
  if (!('entries' in operation) || operation.op === 'exchange' || operation.entries.length < 2)
    return [operation];
  return operation.entries.map((entry) => ({ ...operation, entries: [entry] }) as Operation);
}

function merge(operation: Operation, results: readonly unknown[]): unknown {
  if (!('entries' in operation) || results.length === 1) return results[0];
  if (operation.op !== 'push') return results.flat();
  const pushes = results as readonly PushResult[];
  const refused = pushes.flatMap((push, index) => push.refused.map(({ refusal }) => ({ index, refusal })));
  return { storedCount: pushes.reduce((sum, { storedCount }) => sum + storedCount, 0), refused };
}
