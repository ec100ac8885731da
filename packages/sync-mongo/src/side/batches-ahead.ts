const ignore = (): void => undefined;

/** What is needed of a cursor of raw documents. */
export interface RawCursor {
  hasNext(): Promise<boolean>;
  /** Those that have arrived. */
  readBufferedDocuments(): unknown[];
  close(): Promise<void>;
}

/** The raw documents of a cursor in batches: the server works on the next one while whoever asked is busy with the last. */
export class BatchesAhead {
  readonly #cursor: RawCursor;
  #next: Promise<readonly Uint8Array[] | null> | null = null;

  constructor(cursor: RawCursor) {
    this.#cursor = cursor;
  }

  /** Null behind the last one. */
  async next(): Promise<readonly Uint8Array[] | null> {
    const batch = await (this.#next ?? this.#fetch());
    this.#next = batch && this.#fetch();
    // Nobody may ever ask for it; who does hears of its failure.
    this.#next?.catch(ignore);
    return batch;
  }

  async close(): Promise<void> {
    await this.#cursor.close();
  }

  async #fetch(): Promise<readonly Uint8Array[] | null> {
    if (!(await this.#cursor.hasNext())) return null;
    return this.#cursor.readBufferedDocuments() as readonly Uint8Array[];
  }
}
