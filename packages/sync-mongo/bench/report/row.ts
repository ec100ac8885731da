/** A figure, and the most that it is to be. */
export interface Ratio {
  readonly value: number;
  /** Null where it is only stated. */
  readonly goal: number | null;
}

/** One line of a result: what was measured, its times, and its ratios to what it is measured against. */
export interface Row {
  readonly name: string;
  /** Microseconds, by column. */
  readonly times: Readonly<Record<string, number>>;
  readonly ratios: Readonly<Record<string, Ratio>>;
}

/** What a process may hold, in MiB, whatever the size of what it works on. */
const HELD_GOAL = 64;

/** The column of what was held, where that was measured: the most of all runs. */
export function heldIn(runs: readonly { readonly held: number | null }[]): Readonly<Record<string, Ratio>> {
  const held = runs.flatMap((run) => run.held ?? []);
  return held.length === 0 ? {} : { 'held MiB': { value: Math.max(...held), goal: HELD_GOAL } };
}

/** Whether a ratio, as it is printed, is within its goal. */
export function isMet({ value, goal }: Ratio): boolean {
  return goal === null || Number(value.toFixed(2)) <= goal;
}
