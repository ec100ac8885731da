import { planRules } from '../rules/plan-rules.js';
import { SeededRandom } from '../../simulator/seeded-random.js';
import {
  type BranchPlan,
  type ForeignWrite,
  type HistoryPlan,
  type Kill,
  type LinkFault,
  type LinkFaultKind,
  type ProcessPlan,
} from './history-plan.js';

/** How large histories are. */
export interface HistorySize {
  readonly branchCount: number;
  readonly keyCount: number;
  readonly lengthMs: number;
  /** Whether computed fields, validation, a unique index and an excluded collection are switched on. */
  readonly hasRules: boolean;
}

const standardSize: HistorySize = { branchCount: 3, keyCount: 4, lengthMs: 2_500, hasRules: false };
const faultKinds: readonly LinkFaultKind[] = [
  ...(['cut', 'black hole', 'late requests', 'replies lost', 'replies late'] as const),
  ...(['reset before the server', 'reset after the server', 'delay', 'slow', 'flapping'] as const),
];
const RESET_MS = 60;
const MAX_SKEW_MS = 3_000;

interface Mood {
  readonly random: SeededRandom;
  readonly size: HistorySize;
  readonly hasKills: boolean;
  readonly isCrowded: boolean;
  readonly isSkewed: boolean;
}

/**
 * The history of a seed. A third is without kills, and in those a branch misses an answer; a quarter with clocks that are
 * off, half with a foreign hand.
 */
export function planHistory(seed: number, size: Partial<HistorySize> = {}): HistoryPlan {
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) + 0x7f4a7c15);
  const whole = { ...standardSize, ...size };
  const mood: Mood = {
    random,
    size: whole,
    hasKills: seed % 3 !== 0,
    isCrowded: seed % 5 === 1,
    isSkewed: seed % 4 === 2,
  };
  const keys = Array.from({ length: whole.keyCount }, (_, index) => `k${index}`);
  const branches = Array.from({ length: whole.branchCount }, (_, index) =>
    planBranch(mood, String.fromCodePoint(97 + index)),
  );
  const foreign = seed % 2 === 0 ? planForeign(mood, keys) : [];
  const ruled = whole.hasRules ? planRules(random, whole.lengthMs) : null;
  const unheard = seed % 3 === 0 ? random.pick(branches).name : null;
  const hasTransactions = seed % 7 === 3;
  return { seed, keys, lengthMs: whole.lengthMs, hasTransactions, branches, foreign, unheard, ruled };
}

function planBranch(mood: Mood, name: string): BranchPlan {
  const count = mood.isCrowded ? 2 : 1;
  const processes = Array.from({ length: count }, (_, index) => planProcess(mood, `${name}${index}`));
  return { name, processes, faults: planFaults(mood) };
}

function planProcess(mood: Mood, name: string): ProcessPlan {
  const { random, isSkewed, isCrowded, hasKills } = mood;
  return {
    name,
    seed: random.below(2 ** 30),
    writerCount: isCrowded ? 1 : 2,
    pauseMs: random.pick([40, 80, 160]),
    skewMs: isSkewed ? random.below(2 * MAX_SKEW_MS) - MAX_SKEW_MS : 0,
    kills: hasKills && random.chance(0.6) ? planKills(mood) : [],
  };
}

function planKills({ random, size: { lengthMs } }: Mood): readonly Kill[] {
  const kills: Kill[] = [];
  for (let atMs = random.below(lengthMs * 0.7) + 100; atMs < lengthMs;) {
    const downMs = random.below(lengthMs / 3);
    kills.push({ atMs, downMs });
    atMs += downMs + 500 + random.below(lengthMs);
  }
  return kills;
}

/** Faults one after the other, with a whole wire in between; some branches begin without Atlas. */
function planFaults({ random, size: { lengthMs } }: Mood): readonly LinkFault[] {
  const faults: LinkFault[] = [];
  for (let atMs = random.chance(0.3) ? 0 : random.below(lengthMs / 2); atMs < lengthMs;) {
    const kind = random.pick(faultKinds);
    const isReset = kind.startsWith('reset');
    const durationMs = isReset ? RESET_MS + random.below(RESET_MS) : 100 + random.below(lengthMs / 2);
    faults.push({ kind, atMs, lengthMs: durationMs });
    atMs += durationMs + 50 + random.below(lengthMs / 3);
  }
  return faults;
}

function planForeign({ random, size: { lengthMs } }: Mood, keys: readonly string[]): readonly ForeignWrite[] {
  const times = Array.from({ length: 2 + random.below(8) }, () => random.below(lengthMs));
  return times
    .sort((a, b) => a - b)
    .map((atMs) => ({ atMs, way: random.pick(['edit', 'edit', 'put', 'delete']), key: random.pick(keys) }));
}
