import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const MEMORY_MS = 24 * 3_600_000;

/** Remembers for a day, in a file, that something failed on this machine, so that nobody waits for it again. */
export class FailureMemory {
  constructor(
    /** Deleting this file makes it forget. */
    readonly file: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** The reason of a failure of the last 24 hours, if there was one. */
  async recall(): Promise<string | undefined> {
    const text = await readFile(this.file, 'utf8').catch(() => '');
    const [time = '', reason] = text.split('\n');
    return reason !== undefined && this.now() - Date.parse(time) < MEMORY_MS ? reason : undefined;
  }

  /** Notes that it has failed now. */
  async note(reason: string): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true });
    await writeFile(this.file, `${new Date(this.now()).toISOString()}\n${reason.replaceAll('\n', ' ')}`);
  }
}
