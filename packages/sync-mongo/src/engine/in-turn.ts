const ignore = (): void => undefined;

/** Does one work after the other, in the order they were asked for, whatever becomes of each. */
export class InTurn {
  #last: Promise<void> = Promise.resolve();

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    this.#last = turn.then(ignore, ignore);
    return turn;
  }
}
