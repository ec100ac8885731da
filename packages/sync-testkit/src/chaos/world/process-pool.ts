import { WriterProcess } from './writer-process.js';

/** Writing processes, started ahead of need: a process that comes back after a kill shall not take a second to start. */
export class ProcessPool {
  readonly #program: string;
  readonly #spare: Promise<WriterProcess>[] = [];
  readonly #all = new Set<WriterProcess>();
  #isOpen = true;

  constructor(program: string, spareCount: number) {
    this.#program = program;
    for (let index = 0; index < spareCount; index += 1) this.#spare.push(this.#start());
  }

  /** A process that nobody uses. Another one starts in its place. */
  async take(): Promise<WriterProcess> {
    const next = this.#spare.shift() ?? this.#start();
    if (this.#spare.length === 0) this.#spare.push(this.#start());
    return next;
  }

  /** Takes back a process that has left its history. */
  giveBack(writer: WriterProcess): void {
    if (!writer.hasEnded) this.#spare.push(Promise.resolve(writer));
  }

  /** Ends them all. */
  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.allSettled(this.#spare);
    await Promise.all([...this.#all].map((writer) => writer.kill()));
  }

  async #start(): Promise<WriterProcess> {
    if (!this.#isOpen) throw new Error('the pool is closed');
    const writer = await WriterProcess.start(this.#program);
    this.#all.add(writer);
    return writer;
  }
}
