/** Microseconds by the way it was done, of one run. */
export interface Times {
  readonly engine: number;
  readonly raw: number;
}

/** A list in pages. */
export function* inPages<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
