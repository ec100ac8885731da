import { type MongoClientOptions } from 'mongodb';

/**
 * How long the engine waits for Atlas before it counts as absent. Short, as nobody waits for the engine, and a link
 * that heals must be noticed soon.
 */
const atlasDefaults = {
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 30_000,
  heartbeatFrequencyMS: 2_000,
  compressors: ['zlib'],
} as const satisfies MongoClientOptions;

/** The driver's options for Atlas: what was given, in the options or else in the URI, goes before the defaults. */
export function atlasClientOptions(uri: string, given: MongoClientOptions): MongoClientOptions {
  const inUri = namesInUri(uri);
  const defaults = Object.entries(atlasDefaults).filter(([name]) => !inUri.has(name.toLowerCase()));
  return { ...Object.fromEntries(defaults), ...given };
}

/** The driver takes no notice of the case of a name. */
function namesInUri(uri: string): ReadonlySet<string> {
  const [, query = ''] = uri.split('?');
  return new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
}
