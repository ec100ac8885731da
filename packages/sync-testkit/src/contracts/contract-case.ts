/** One thing that every adapter of a port must do, as a sentence and the proof of it. */
export interface ContractCase<Fixture> {
  readonly name: string;
  /** Throws an AssertionError where the adapter does not do it. */
  readonly prove: (fixture: Fixture) => Promise<void>;
}

/** The two functions of a test runner that a contract needs: Jest's, for one. */
export interface ContractRunner {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
}

/** An adapter to be held to a contract. */
export interface ContractSubject<Fixture> {
  /** Names the adapter in the test report. */
  readonly name: string;
  /** Makes an adapter whose store is empty; called for each case anew. */
  readonly create: () => Fixture | Promise<Fixture>;
}

/** The parts of a contract, by the headings that they are reported under. */
export type ContractParts<Fixture> = Readonly<Record<string, readonly ContractCase<Fixture>[]>>;

/** Declares the tests of a contract for one adapter. */
export function declareContract<Fixture>(
  { name, create }: ContractSubject<Fixture>,
  parts: ContractParts<Fixture>,
  { describe, it }: ContractRunner,
): void {
  describe(name, () => {
    for (const [part, cases] of Object.entries(parts)) {
      describe(part, () => {
        for (const { name: sentence, prove } of cases) it(sentence, async () => prove(await create()));
      });
    }
  });
}
