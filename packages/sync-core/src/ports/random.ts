/** Randomness, injected so that a run can be repeated from its seed. @public */
export interface Random {
  /** That many random bytes. */
  bytes(count: number): Uint8Array;
  /** A number at or above 0 and below 1. */
  fraction(): number;
}
