import { insert, type LocalWork, remove, update } from './application.js';
import { type Branch } from './branch.js';
import { type EngineProcess } from './engine-process.js';
import { RunningStep } from './running-step.js';
import { type World } from './world.js';

/** A program on a branch: an application process, or an engine. */
export type Actor =
  | {
      readonly kind: 'application';
      readonly branch: Branch;
      work: LocalWork | null;
      next: (() => unknown) | null;
    }
  | {
      readonly kind: 'engine';
      readonly branch: Branch;
      readonly process: EngineProcess;
      step: RunningStep | null;
      /** The process' epoch in which the step began. */
      epoch: number;
    };

/** The process dies: what it held in memory is gone. */
export function kill(actor: Actor): void {
  if (actor.kind === 'application') actor.work = actor.next = null;
  else {
    actor.step = null;
    actor.process.restart();
  }
}

/** What an engine's actor is at; null where it is free, or its process has died since. */
export function stepUnderWay({
  step,
  epoch,
  process,
}: Extract<Actor, { kind: 'engine' }>): RunningStep | null {
  return epoch === process.epoch ? step : null;
}

/** Goes on by one atomic operation; a free actor starts something new. */
export function advance(world: World, actor: Actor, { mayStart }: { readonly mayStart: boolean }): void {
  if (actor.kind === 'engine') {
    actor.step = stepUnderWay(actor);
    if (!actor.step && mayStart) {
      actor.step = new RunningStep(world, actor.branch, actor.process.turn());
      actor.epoch = actor.process.epoch;
    }
    const outcome = actor.step?.advance();
    if (outcome === 'failed') actor.process.restart();
    if (outcome !== 'running') actor.step = null;
    return;
  }
  if (!actor.work) {
    if (!mayStart) return;
    actor.work = chooseWork(world, actor.branch);
  }
  const { value, done } = actor.work.next(actor.next?.());
  if (done) actor.work = actor.next = null;
  else actor.next = value;
}

function chooseWork(world: World, branch: Branch): LocalWork {
  const key = world.random.pick(world.keys);
  const choice = world.random.fraction();
  if (choice < 0.5) return update(world, branch, key);
  return choice < 0.75 ? insert(world, branch, key) : remove(world, branch, key);
}
