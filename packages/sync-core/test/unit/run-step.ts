import { type Operation, type Step } from '../../src/operations/operation.js';
import { type MemoryAtlasSide, type MemoryLocalSide } from '../../src/memory/index.js';

/** The two sides that a step is run over. */
export interface Sides {
  readonly local: MemoryLocalSide;
  readonly atlas: MemoryAtlasSide;
}

/** What happens between the operations of a step, and instead of them. */
export interface Interference {
  /** Runs before each operation is performed. */
  readonly before?: (operation: Operation) => void;
  /** Answers in the side's place; undefined: the side is asked. */
  readonly answer?: (operation: Operation) => unknown;
  /** Operations that are performed, but whose answer is lost. */
  readonly unanswered?: (operation: Operation) => boolean;
}

/** The caller does not know whether the operation was performed. */
export class Unanswered extends Error {}

/** What a step came to, and what it asked for. */
export interface Run<Result> {
  readonly result: Result;
  readonly operations: readonly Operation[];
}

/** Runs a step to its end over both sides, at once. Throws Unanswered where the step does not catch it. */
export function runStep<Result>(
  sides: Sides,
  step: Step<Result>,
  { before, answer, unanswered }: Interference = {},
): Run<Result> {
  const operations: Operation[] = [];
  let next = step.next();
  while (!next.done) {
    const operation = next.value;
    operations.push(operation);
    before?.(operation);
    const result = answer?.(operation) ?? perform(sides, operation);
    next = unanswered?.(operation) ? step.throw(new Unanswered()) : step.next(result);
  }
  return { result: next.value, operations };
}

/** Interference before the first operation of that name. */
export function beforeFirst(op: Operation['op'], act: () => void): Interference {
  let done = false;
  return {
    before: (operation) => {
      if (done || operation.op !== op) return;
      done = true;
      act();
    },
  };
}

/** Interference that loses the answer to the operations of that name. */
export function losingAnswersOf(op: Operation['op']): Interference {
  return { unanswered: (operation) => operation.op === op };
}

/** The names of the operations that may change something. */
export function writesOf({ operations }: Pick<Run<unknown>, 'operations'>): readonly Operation['op'][] {
  return operations.map(({ op }) => op).filter((op) => !/^(read|scan|pass|find)/.test(op));
}

/** The same, each with how many entries it has. */
export function sizesOf({ operations }: Run<unknown>): readonly (readonly [Operation['op'], number])[] {
  const writes = new Set(writesOf({ operations }));
  return operations
    .filter(({ op }) => writes.has(op))
    .map((operation) => [operation.op, 'entries' in operation ? operation.entries.length : 1]);
}

function perform({ local, atlas }: Sides, operation: Operation): unknown {
  if (operation.side === 'model') throw new Error('there is no model unless a test answers in its place');
  return operation.side === 'local' ? local.perform(operation) : atlas.perform(operation);
}
