// Properties run BOMBA_FC_RUNS times as often as usual (100 runs each), from BOMBA_FC_SEED where that is given.
// fast-check prints the seed of a failure.
const fc = require('fast-check');

const fromEnvironment = (name) => {
  const text = process.env[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new Error(`${name} must be a number, not "${text}".`);
  return value;
};

const times = fromEnvironment('BOMBA_FC_RUNS') ?? 1;
const seed = fromEnvironment('BOMBA_FC_SEED');

fc.configureGlobal({
  numRuns: Math.max(1, Math.round(100 * times)),
  ...(seed === undefined ? {} : { seed }),
});
