import { type ChangeEvent, type Operation, type Step } from '@bomba/sync-core';
import { type Branch } from './branch.js';

/** A mistake of one fast lane: what it takes an event for, what it asks, or what it makes of an answer. */
export interface LaneMistake {
  readonly lane: 'push' | 'pull';
  readonly see?: (event: ChangeEvent) => ChangeEvent;
  readonly ask?: (operation: Operation, branch: Branch) => Operation;
  readonly hear?: (operation: Operation, answer: unknown) => unknown;
}

/** The same turn with that mistake, which ends where the lane does: the look at both sides that follows is as it should be. */
export function* mistaken<Result>(
  step: Step<Result>,
  { ask, hear }: LaneMistake,
  branch: Branch,
): Step<Result> {
  let isInLane = true;
  let next = step.next();
  while (!next.done) {
    const operation = next.value;
    if (operation.side === 'atlas' && operation.op === 'readWithin') isInLane = false;
    let answer: unknown;
    try {
      answer = yield isInLane && ask ? ask(operation, branch) : operation;
    } catch (error) {
      next = step.throw(error);
      continue;
    }
    next = step.next(isInLane && hear ? hear(operation, answer) : answer);
  }
  return next.value;
}
