/** A document of the application, and the marked copy that is inserted in its place. */
export interface MarkedCopy {
  readonly original: unknown;
  readonly copy: object;
}

/** The driver gives a document without `_id` one: the application's document gets it too, as without capture. */
export class GeneratedIds {
  readonly #copies: readonly MarkedCopy[];

  constructor(copies: readonly MarkedCopy[]) {
    this.#copies = copies;
  }

  /** Awaits the insertion, whatever its outcome, and hands back what the driver made. */
  async handBack<Result>(insertion: Promise<Result>): Promise<Result> {
    try {
      return await insertion;
    } finally {
      for (const { original, copy } of this.#copies) handOver(copy, original);
    }
  }
}

function handOver(copy: object, original: unknown): void {
  const id: unknown = Reflect.get(copy, '_id');
  if (id == null || typeof original !== 'object' || original === null) return;
  if (Reflect.get(original, '_id') == null) Reflect.set(original, '_id', id);
}
