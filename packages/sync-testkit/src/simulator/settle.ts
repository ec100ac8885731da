import { type Step } from '@bomba/sync-core';
import { type Actor, advance, stepUnderWay } from './actor.js';
import { type Branch } from './branch.js';
import { EngineProcess } from './engine-process.js';
import { RunningStep } from './running-step.js';
import { Violation } from './violation.js';
import { type World } from './world.js';

const MAX_ROUNDS = 40;
const MAX_OPERATIONS = 6000;
/** Turns of pull beyond one for each event: keys that hold the position back get another look in each. */
const SPARE_TURNS = 50;

/** Heals everything: all online, late requests land, applications stop. Then nothing may move any more. */
export function settle(world: World, actors: readonly Actor[]): void {
  world.healing = true;
  for (const branch of world.branches) {
    branch.online = true;
    branch.isStale ||= branch.isPullPaused && world.mutant?.name !== 'pull is resumed without a comparison';
    branch.isPullPaused = false;
  }
  for (const actor of actors) if (actor.kind === 'application') finishWork(world, actor);
  for (const actor of actors) {
    const step = actor.kind === 'engine' ? stepUnderWay(actor) : null;
    if (step) drain(step);
  }
  while (world.late.length > 0) world.late.pop()?.();
  const engines = world.branches.map((branch) => new EngineProcess(world, branch));
  let before = '';
  for (let round = 0; before !== snapshot(world); round++) {
    if (round > MAX_ROUNDS) throw new Violation('no rest after healing');
    before = snapshot(world);
    for (const engine of engines) runAll(world, engine);
  }
}

function finishWork(world: World, actor: Extract<Actor, { kind: 'application' }>): void {
  for (let operation = 0; actor.work && operation < 200; operation++)
    advance(world, actor, { mayStart: false });
}

function runAll(world: World, engine: EngineProcess): void {
  const run = (step: Step<void>): void => drain(new RunningStep(world, engine.branch, step));
  run(engine.sweepAll());
  if (engine.branch.mustCompare) run(engine.compareAll());
  if (engine.branch.mustChoose) run(engine.choose());
  if (engine.branch.isStale) run(engine.compareStale());
  run(engine.push());
  for (let turn = 0; !engine.isUpToDate; turn++) {
    if (turn > world.atlas.events.length + SPARE_TURNS) {
      throw new Violation('pull does not come to the end of the stream');
    }
    run(engine.pull());
  }
  run(engine.push());
  run(engine.sweepAll());
}

function drain(step: RunningStep): void {
  for (let operation = 0; operation < MAX_OPERATIONS; operation++) if (step.advance() !== 'running') return;
  throw new Violation('an engine step does not end');
}

function snapshot(world: World): string {
  const branch = ({ local, documents }: Branch): unknown => [
    [...documents].sort(),
    [...local.tombstones].sort(),
  ];
  return JSON.stringify([
    [...world.atlas.documents].sort(),
    [...world.atlas.tombstones].sort(),
    world.branches.map(branch),
  ]);
}
