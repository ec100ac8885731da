import { type FormatName, oneOf } from './formats.js';

/** One variable of the environment, as convict wants it. */
export interface Variable<T> {
  /** What it means, for `.env.example` and README. */
  readonly doc: string;
  readonly format: FormatName | ((value: unknown) => void);
  readonly default: T;
}

const text = <T extends string>(words: readonly T[], value: NoInfer<T>, doc: string): Variable<T> => ({
  doc: `${doc} (${words.join(', ')})`,
  format: oneOf(words),
  default: value,
});
const flag = (value: boolean, doc: string): Variable<boolean> => ({ doc, format: 'flag', default: value });
const count = (value: number, doc: string): Variable<number> => ({ doc, format: 'count', default: value });
const durationMs = (value: number, doc: string): Variable<number> => ({
  doc,
  format: 'duration-ms',
  default: value,
});
const collections = (doc: string): Variable<readonly string[]> => ({
  doc,
  format: 'collections',
  default: [],
});

/** Every variable that this server reads, with its meaning, format and default. */
export const environmentVariables = {
  NODE_ENV: text(['development', 'production', 'test'], 'development', 'Kind of run'),
  HOST: { doc: 'Address to listen on', format: 'host', default: '127.0.0.1' } satisfies Variable<string>,
  PORT: {
    doc: 'Port to listen on; 0 takes any free one',
    format: 'port',
    default: 3000,
  } satisfies Variable<number>,
  LOG_LEVEL: text(['error', 'warn', 'info', 'debug'], 'info', 'How much is logged'),
  LOG_FORMAT: text(['text', 'json'], 'text', 'How a log line looks'),
  BOMBA_BRANCH: {
    doc: 'Prefix of order and bill numbers of this branch, such as CAI',
    format: 'branch',
    default: undefined,
  } satisfies Variable<string | undefined> as Variable<string | undefined>,
  BOMBA_OPEN_API: flag(false, 'Serve /api/products and its like without a key; on a loopback HOST only'),
  BOMBA_ALLOW_INSECURE_DATABASE: flag(
    false,
    'Permit databases beyond this machine without TLS; for tests only',
  ),
  LOCAL_MONGODB_URI: {
    doc: 'The database of this branch',
    format: 'database-uri',
    default: 'mongodb://127.0.0.1:27017/bomba',
  } satisfies Variable<string>,
  ATLAS_MONGODB_URI: {
    doc: 'The database that all branches share; empty: writes wait on Local',
    format: 'database-uri',
    default: undefined,
  } satisfies Variable<string | undefined> as Variable<string | undefined>,
  SYNC_ENABLED: flag(true, 'False: a plain server on Local, nothing is captured'),
  SYNC_EXCLUDED_COLLECTIONS: collections('Collections that are not synced, separated by commas'),
  SYNC_MAX_QUEUE_SIZE: count(10_000, 'Keys held in memory; the backlog itself lives in Local'),
  SYNC_RETRY_BASE_MS: durationMs(1_000, 'First wait after a failed request, in ms; it doubles'),
  SYNC_RETRY_MAX_MS: durationMs(60_000, 'Longest wait between two tries, in ms'),
  SYNC_API_KEYS: {
    doc: 'Keys that open the API, separated by commas: two while you rotate them',
    format: 'api-keys',
    default: [],
  } satisfies Variable<readonly string[]> as Variable<readonly string[]>,
  SYNC_APPLY_LOGIC: text(
    ['foreign', 'always', 'never'],
    'foreign',
    'Which states from Atlas run pre-save hooks',
  ),
  SYNC_MAX_DRIFT_MS: durationMs(
    60_000,
    'How far the clock may be ahead of Atlas before it is corrected, in ms',
  ),
  BIDIRECTIONAL_SYNC_ENABLED: flag(true, 'False: push only, content of Local is never changed by sync'),
  BIDIRECTIONAL_EXCLUDED_COLLECTIONS: collections(
    'Collections that are pushed but not pulled, separated by commas',
  ),
  ATLAS_CHANGE_STREAM_BATCH_SIZE: count(1_000, 'Changes read from Atlas at once'),
  CHANGE_STREAM_RECONNECT_INTERVAL: durationMs(1_000, 'First wait before a broken stream is reopened, in ms'),
  CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS: count(
    10,
    'Failures until sync counts as degraded; it goes on trying slowly',
  ),
  CONFLICT_RESOLUTION_STRATEGY: text(
    ['last-write-wins', 'local', 'atlas'],
    'last-write-wins',
    'Who wins of two writes that had not seen each other',
  ),
  ORIGIN_TRACKING_CLEANUP_INTERVAL: durationMs(60_000, 'How often remembered echoes are forgotten, in ms'),
} as const;

/** The name of a variable that this server reads. */
export type VariableName = keyof typeof environmentVariables;

/** What the server is told: the values of all variables, defaults filled in. */
export type ServerConfig = {
  readonly [Name in VariableName]: (typeof environmentVariables)[Name] extends Variable<infer Value>
    ? Value
    : never;
};
