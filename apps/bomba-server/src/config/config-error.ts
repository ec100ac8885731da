/** The environment is wrong; `problems` has one sentence for each mistake, none of which repeats a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(
      `The environment has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}: correct it and start again.`,
    );
  }
}
