import { type Actor, advance, kill } from './actor.js';
import { insertPastCapture } from './application.js';
import { type Branch } from './branch.js';
import { EngineProcess } from './engine-process.js';
import { union } from './history.js';
import { intrude } from './intruder.js';
import { type MutantName } from './mutants.js';
import { backUpAtlas, restoreAtlas, wipeAtlas } from './restore-atlas.js';
import { scenarioOf, smallWorld, type WorldSize } from './scenario.js';
import { settle } from './settle.js';
import { countLostForeign, verify } from './verify.js';
import { World } from './world.js';

/** What to simulate. */
export interface SimulationOptions extends Partial<WorldSize> {
  readonly seed: number;
  readonly mutant?: MutantName | null;
  readonly trace?: (...words: readonly unknown[]) => void;
}

/** What one history contained, where it broke no law. */
export interface SimulationReport {
  readonly writeCount: number;
  readonly keptCount: number;
  readonly foreignCount: number;
  /** Foreign edits overwritten in the moment between look and push: a non-guarantee, counted. */
  readonly overwrittenForeignCount: number;
  /** Foreign states that are nowhere any more, though their events showed them: a process died in between, say. */
  readonly lostForeignCount: number;
}

const TOMBSTONE_AGE_MS = 250;
/** How often an application of a calm world starts to write when it might. */
const CALM_WRITES = 0.03;
/** After so much of a history a branch joins that was outside. */
const JOINED_AT = 1 / 3;

/**
 * One random history of several branches and one Atlas, with the engine's real steps: crashes, lost, unanswered and
 * late requests, replays, clocks off, foreign writes, expiring tombstones, a Local that falls back, pull that is off for
 * a while. Throws a Violation where a law is broken.
 */
export function simulate({ seed, mutant = null, trace, ...size }: SimulationOptions): SimulationReport {
  const scenario = scenarioOf(seed, { ...smallWorld, ...size });
  const world = new World(scenario, { seed: seed * 7919 + 13, mutant, ...(trace && { trace }) });
  if (scenario.joining) leaveOutside(world);
  const actors = createActors(world);
  for (let step = 0; step < scenario.stepCount; step++) {
    world.nowMs += world.random.below(4);
    if (scenario.joining && step === JOINED_AT * scenario.stepCount) join(world);
    const actor = world.random.pick(actors);
    if (happens(world, actors, actor.branch)) continue;
    advance(world, actor, { mayStart: actor.kind === 'engine' || mayWrite(world, step) });
  }
  settle(world, actors);
  verify(world);
  const { writes, kept, foreign, overwrittenForeignCount } = world.ledger;
  const lostForeignCount = countLostForeign(world);
  const keptCount = [...kept.values()].reduce((sum, histories) => sum + histories.size, 0);
  const foreignCounts = { foreignCount: foreign.size, overwrittenForeignCount, lostForeignCount };
  return { writeCount: writes.size, keptCount, ...foreignCounts };
}

/** Applications come to an end before the engines do. */
function mayWrite({ scenario, random }: World, step: number): boolean {
  return step <= scenario.stepCount * 0.8 && (!scenario.calm || random.chance(CALM_WRITES));
}

function createActors(world: World): readonly Actor[] {
  return world.branches.flatMap((branch): readonly Actor[] => [
    ...Array.from({ length: 2 }, () => ({
      kind: 'application' as const,
      branch,
      work: null,
      next: null,
    })),
    ...createProcesses(world, branch).map((process) => ({
      kind: 'engine' as const,
      branch,
      process,
      step: null,
      epoch: process.epoch,
      asleepUntil: 0,
    })),
  ]);
}

/** One for each actor: the same one twice has push and pull under way side by side. */
function createProcesses(world: World, branch: Branch): readonly EngineProcess[] {
  const process = new EngineProcess(world, branch);
  const { engines } = world.scenario;
  if (engines === 'one') return [process];
  return [process, engines === 'two lanes' ? process : new EngineProcess(world, branch)];
}

/** Something happens to the branch or the world instead of an actor's next operation. */
function happens(world: World, actors: readonly Actor[], branch: Branch): boolean {
  const { random, scenario, atlas, late } = world;
  if (random.chance(0.01) && !branch.isOutside) {
    branch.online = !branch.online;
    if (branch.online) branch.gate = atlas.events.length;
  }
  if (scenario.jumping && random.chance(0.01)) world.trace(branch.name, 'clock set', branch.clock.jump());
  if (random.chance(scenario.crashChance)) return crash(world, actors, branch);
  if (scenario.restoring) considerRestore(world, actors);
  if (scenario.pausing && random.chance(0.006)) return pauseOrResume(world, actors, branch);
  if (scenario.falling && random.chance(0.01)) branch.backUp();
  if (scenario.falling && branch.backup && random.chance(0.003)) return fallBack(world, actors, branch);
  if (late.length > 0 && random.chance(0.05)) {
    late.splice(random.below(late.length), 1)[0]?.();
    return true;
  }
  if (scenario.expiring && late.length === 0 && random.chance(0.01)) return expire(world);
  if (scenario.foreign && !scenario.calm && random.chance(0.004)) {
    insertPastCapture(world, branch, random.pick(world.keys));
    return true;
  }
  if (scenario.foreign && random.chance(0.01)) {
    intrude(world, random.pick(world.keys));
    return true;
  }
  return false;
}

/** The last branch has no link yet, and has never compared anything with Atlas. */
function leaveOutside({ branches }: World): void {
  const last = branches.at(-1);
  if (last) [last.isOutside, last.online, last.mustCompare] = [true, false, true];
}

function join({ branches }: World): void {
  for (const branch of branches) if (branch.isOutside) [branch.isOutside, branch.online] = [false, true];
}

/** What is under way when pull is paused still ends: here it is broken off, so that the pause holds at once. */
function pauseOrResume(world: World, actors: readonly Actor[], branch: Branch): true {
  branch.isPullPaused = !branch.isPullPaused;
  world.trace(branch.name, branch.isPullPaused ? 'pull paused' : 'pull resumed');
  if (!branch.isPullPaused) branch.isStale = world.mutant?.name !== 'pull is resumed without a comparison';
  else for (const actor of actors) if (actor.branch === branch && actor.kind === 'engine') kill(actor);
  return true;
}

function considerRestore(world: World, actors: readonly Actor[]): void {
  if (world.isRestored) return;
  if (world.random.chance(0.01)) world.atlasBackup = backUpAtlas(world);
  if (!world.atlasBackup || !world.random.chance(0.003)) return;
  if (world.scenario.wiped) wipeAtlas(world, actors);
  else restoreAtlas(world, actors, world.atlasBackup);
  world.isRestored = true;
}

function crash(world: World, actors: readonly Actor[], branch: Branch): true {
  world.trace(branch.name, 'crash');
  if (world.scenario.jumping) branch.restartClock();
  for (const actor of actors) {
    if (actor.branch === branch && (actor.kind === 'engine' || world.random.chance(0.5))) kill(actor);
  }
  return true;
}

/** Local loses its last moments: a power cut, a restored backup. What is nowhere else is not judged. */
function fallBack(world: World, actors: readonly Actor[], branch: Branch): true {
  const { backup } = branch;
  if (!backup) return true;
  const lost = union(...histories(branch));
  branch.fallBack(backup, { keepSent: world.mutant?.name === 'sent versions survive a fallback' });
  for (const actor of actors) if (actor.branch === branch) kill(actor);
  const safe = union(
    ...world.ledger.kept.values(),
    ...world.keys.map((key) => world.onAtlas(key)),
    ...world.ghosts.values(),
    ...world.branches.flatMap(histories),
  );
  for (const write of lost) {
    if (safe.has(write)) continue;
    const record = world.ledger.writes.get(write);
    if (record) record.acknowledged = false;
    world.ledger.foreign.add(write);
  }
  world.trace(branch.name, 'fell back');
  return true;
}

function histories(branch: Branch): readonly ReadonlySet<number>[] {
  return [...branch.contents(), ...branch.ghosts.values()];
}

/** Old tombstones expire on each side by itself, in any order: those of Local by a clock of its own. */
function expire(world: World): true {
  const key = world.random.pick(world.keys);
  const buriedAtMs = world.buriedAtMs.get(key) ?? world.nowMs;
  if (world.nowMs - buriedAtMs <= TOMBSTONE_AGE_MS) return true;
  for (const { local } of world.branches)
    if (local.tombstones.get(key)?.pending === null && world.random.chance(0.7)) local.tombstones.delete(key);
  if (world.random.chance(0.7)) world.atlas.tombstones.delete(key);
  world.trace('tombstone expired', key);
  return true;
}
