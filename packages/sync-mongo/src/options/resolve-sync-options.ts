import {
  type ApplyLogic,
  type Clock,
  type Logger,
  type Metrics,
  silentLogger,
  silentMetrics,
  SyncError,
} from '@bomba/sync-core';
import { type MongoClientOptions } from 'mongodb';
import { type Mongoose } from 'mongoose';
import { type ExcludedFields, excludedFields } from '../fields/excluded-fields.js';
import { insecureReasons } from '../connection/insecure-reasons.js';
import { timeoutReasons } from '../connection/timeout-reasons.js';
import { type ConflictStrategy, type SyncOptions, type UniqueConflictHook } from '../sync-options.js';
import { type FirstSync } from '../full-sync/first-winner.js';
import { systemClock } from '../system/system-clock.js';
import { syncDefaults } from './sync-defaults.js';
import { wrongFields } from './wrong-fields.js';

/** Options with every default filled in, as the rest of the package sees them. */
export interface ResolvedSyncOptions {
  readonly mongoose: Mongoose;
  readonly enabled: boolean;
  readonly bidirectional: boolean;
  readonly atlas: {
    readonly uri: string | null;
    readonly dbName: string | null;
    readonly client: MongoClientOptions;
  };
  readonly include: ReadonlySet<string> | null;
  readonly exclude: ReadonlySet<string>;
  readonly pullExclude: ReadonlySet<string>;
  readonly excludedFields: ExcludedFields;
  readonly conflict: ConflictStrategy | Readonly<Record<string, ConflictStrategy>>;
  readonly applyLogic: ApplyLogic | Readonly<Record<string, ApplyLogic>>;
  readonly onUniqueConflict: UniqueConflictHook | null;
  readonly indexes: 'unique' | 'all' | 'none';
  readonly firstSync: FirstSync;
  readonly maxUnexplainedDeletes: number | null;
  readonly queue: { readonly maxSize: number; readonly scanIntervalMs: number };
  readonly retry: { readonly baseMs: number; readonly maxMs: number };
  readonly drift: { readonly maxMs: number };
  readonly tombstones: {
    readonly maxAgeMs: number;
    readonly foreignDeleteGraceMs: number;
    readonly deadMarkAgeMs: number;
  };
  readonly lease: { readonly durationMs: number };
  readonly changeStream: {
    readonly batchSize: number;
    readonly reconnectIntervalMs: number;
    readonly maxReconnectAttempts: number;
    readonly maxEventsPerSecond?: number;
  };
  /** Null: no schedule. */
  readonly fullSync: { readonly everyMs: number | null; readonly changedEveryMs: number | null };
  readonly audit: boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Fills in the defaults. Throws SYNC_CONFIG_INVALID with every problem at once. */
export function resolveSyncOptions(options: SyncOptions): ResolvedSyncOptions {
  const { mongoose, atlas, collections = {} } = options;
  const problems = findProblems(options);
  if (problems.length > 0) {
    const list = problems.map((problem) => `- ${problem}`).join('\n');
    throw new SyncError('SYNC_CONFIG_INVALID', `createSync cannot work with these options:\n${list}`);
  }
  return Object.freeze({
    mongoose,
    enabled: options.enabled ?? syncDefaults.enabled,
    bidirectional: options.bidirectional ?? syncDefaults.bidirectional,
    atlas: { uri: atlas.uri || null, dbName: atlas.dbName ?? null, client: atlas.client ?? {} },
    include: collections.include ? new Set(collections.include) : null,
    exclude: new Set(collections.exclude),
    pullExclude: new Set(collections.pullExclude),
    excludedFields: excludedFields(collections.fields ?? {}),
    conflict: options.conflict ?? syncDefaults.conflict,
    applyLogic: options.applyLogic ?? syncDefaults.applyLogic,
    onUniqueConflict: options.onUniqueConflict ?? null,
    indexes: options.indexes ?? syncDefaults.indexes,
    firstSync: options.firstSync ?? syncDefaults.firstSync,
    maxUnexplainedDeletes: options.maxUnexplainedDeletes ?? null,
    queue: { ...syncDefaults.queue, ...given(options.queue) },
    retry: { ...syncDefaults.retry, ...given(options.retry) },
    drift: { ...syncDefaults.drift, ...given(options.drift) },
    tombstones: { ...syncDefaults.tombstones, ...given(options.tombstones) },
    lease: { ...syncDefaults.lease, ...given(options.lease) },
    changeStream: { ...syncDefaults.changeStream, ...given(options.changeStream) },
    fullSync: { ...syncDefaults.fullSync, ...given(options.fullSync) },
    audit: options.audit ?? syncDefaults.audit,
    logger: options.logger ?? silentLogger,
    metrics: options.metrics ?? silentMetrics,
    clock: options.clock ?? systemClock,
  });
}

/** Only what was given: an explicit undefined does not undo a default. */
function given<T extends object>(
  values: T | undefined,
): Partial<{ [K in keyof T]: Exclude<T[K], undefined> }> {
  const entries = Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<{ [K in keyof T]: Exclude<T[K], undefined> }>;
}

function findProblems({ atlas, ...options }: SyncOptions): readonly string[] {
  if (!isObject(atlas)) return ['atlas is missing: give { uri }, or {} for a branch that has no Atlas yet.'];
  const durations: Readonly<Record<string, number | undefined>> = {
    'queue.maxSize': options.queue?.maxSize,
    'queue.scanIntervalMs': options.queue?.scanIntervalMs,
    'retry.baseMs': options.retry?.baseMs,
    'retry.maxMs': options.retry?.maxMs,
    'drift.maxMs': options.drift?.maxMs,
    'tombstones.maxAgeMs': options.tombstones?.maxAgeMs,
    'tombstones.foreignDeleteGraceMs': options.tombstones?.foreignDeleteGraceMs,
    'tombstones.deadMarkAgeMs': options.tombstones?.deadMarkAgeMs,
    'lease.durationMs': options.lease?.durationMs,
    'fullSync.everyMs': options.fullSync?.everyMs,
    'fullSync.changedEveryMs': options.fullSync?.changedEveryMs,
    'changeStream.batchSize': options.changeStream?.batchSize,
    'changeStream.reconnectIntervalMs': options.changeStream?.reconnectIntervalMs,
    'changeStream.maxEventsPerSecond': options.changeStream?.maxEventsPerSecond,
    'changeStream.maxReconnectAttempts': options.changeStream?.maxReconnectAttempts,
  };
  const wrong = Object.entries(durations).flatMap(([name, value]) =>
    value === undefined || (Number.isFinite(value) && value > 0)
      ? []
      : [`${name} must be a number above 0, but is ${value}.`],
  );
  const { maxUnexplainedDeletes } = options;
  if (maxUnexplainedDeletes !== undefined && !(maxUnexplainedDeletes >= 0)) {
    wrong.push(`maxUnexplainedDeletes must be a number, 0 or above, but is ${maxUnexplainedDeletes}.`);
  }
  if (![undefined, 'atlas', 'local', 'newest'].includes(options.firstSync))
    wrong.push(`firstSync must be 'atlas', 'local' or 'newest', but is ${options.firstSync}.`);
  if (options.conflict !== undefined) wrong.push(...wrongStrategies(options.conflict));
  if (options.applyLogic !== undefined) wrong.push(...wrongModes(options.applyLogic));
  if (options.onUniqueConflict !== undefined && typeof options.onUniqueConflict !== 'function')
    wrong.push('onUniqueConflict must be a function.');
  wrong.push(...wrongFields(options.collections?.fields ?? {}));
  const { baseMs, maxMs } = { ...syncDefaults.retry, ...given(options.retry) };
  if (baseMs > maxMs) wrong.push(`retry.baseMs (${baseMs}) must not be above retry.maxMs (${maxMs}).`);
  if (!atlas.uri) return wrong;
  wrong.push(...timeoutReasons(atlas.uri, atlas.client));
  return [...wrong, ...insecureReasons(atlas.uri, atlas).map((reason) => `atlas.uri: ${reason}`)];
}

function isObject(given: unknown): boolean {
  return typeof given === 'object' && given !== null;
}

/** What an untyped caller may have given for a strategy. */
function wrongStrategies(conflict: NonNullable<SyncOptions['conflict']>): readonly string[] {
  const isStrategy = (given: unknown): boolean => given === 'last-write-wins' || typeof given === 'function';
  if (typeof conflict !== 'object') {
    return isStrategy(conflict)
      ? []
      : ["conflict must be 'last-write-wins', a function, or these by collection."];
  }
  return Object.entries(conflict).flatMap(([collection, given]) =>
    isStrategy(given) ? [] : [`conflict.${collection} must be 'last-write-wins' or a function.`],
  );
}

const applyModes: ReadonlySet<unknown> = new Set<ApplyLogic>(['foreign', 'always', 'never']);

function wrongModes(applyLogic: NonNullable<SyncOptions['applyLogic']>): readonly string[] {
  if (typeof applyLogic !== 'object') {
    return applyModes.has(applyLogic)
      ? []
      : ["applyLogic must be 'foreign', 'always' or 'never', or these by the name of a model."];
  }
  return Object.entries(applyLogic).flatMap(([model, mode]) =>
    applyModes.has(mode) ? [] : [`applyLogic.${model} must be 'foreign', 'always' or 'never'.`],
  );
}
