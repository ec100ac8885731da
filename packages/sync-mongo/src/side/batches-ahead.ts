const ignore = (): void => undefined;

/** What is read in batches; null behind the last one. */
export interface BatchSource<Batch> {
  next(): Promise<Batch | null>;
  close(): Promise<void>;
}

/** Batches of which the server works on the next one while whoever asked is busy with the last. */
export class BatchesAhead<Batch> implements BatchSource<Batch> {
  readonly #source: BatchSource<Batch>;
  #next: Promise<Batch | null> | null = null;

  constructor(source: BatchSource<Batch>) {
    this.#source = source;
  }

  async next(): Promise<Batch | null> {
    const batch = await (this.#next ?? this.#source.next());
    this.#next = batch && this.#source.next();
    // Nobody may ever ask for it; who does hears of its failure.
    this.#next?.catch(ignore);
    return batch;
  }

  /** Once what is on its way has come, or failed. */
  async close(): Promise<void> {
    await this.#next?.catch(ignore);
    await this.#source.close();
  }
}
