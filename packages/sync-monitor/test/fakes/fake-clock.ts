/** A clock that stands still until the test moves it. */
export class FakeClock {
  nowMs = 1_700_000_000_000;

  now(): number {
    return this.nowMs;
  }

  advance(byMs: number): void {
    this.nowMs += byMs;
  }
}
