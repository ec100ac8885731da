/** Something that is closed at first, and opens once. */
export class Gate {
  #isOpen = false;
  readonly #waiting = new Set<() => void>();

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    this.#isOpen = true;
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }

  /** Resolves when it is open, or when `signal` aborts. */
  async opened(signal: AbortSignal): Promise<void> {
    if (this.#isOpen || signal.aborted) return;
    await new Promise<void>((resolve) => {
      // A signal outlives many gates: each must take its listener away again.
      const go = (): void => {
        signal.removeEventListener('abort', go);
        resolve();
      };
      this.#waiting.add(go);
      signal.addEventListener('abort', go, { once: true });
    });
  }
}
