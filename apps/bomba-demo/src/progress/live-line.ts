/** Where progress is shown. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const PLAIN_INTERVAL_MS = 1_000;

/** A line that is rewritten on a terminal; elsewhere a new line is written at most once a second. */
export class LiveLine {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #isOpen = false;

  constructor(terminal: Terminal, now: () => number) {
    this.#terminal = terminal;
    this.#now = now;
  }

  show(text: string): void {
    if (this.#terminal.isTTY) {
      this.#terminal.write(`\r\x1b[2K${text}`);
      this.#isOpen = true;
    } else if (this.#now() - this.#lastAtMs >= PLAIN_INTERVAL_MS) {
      this.#lastAtMs = this.#now();
      this.#terminal.write(`${text}\n`);
    }
  }

  /** Shows the last state, and leaves it standing. */
  end(text: string): void {
    this.#terminal.write(this.#isOpen ? `\r\x1b[2K${text}\n` : `${text}\n`);
    this.#isOpen = false;
  }
}
