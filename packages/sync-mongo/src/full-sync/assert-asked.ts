import { type FullSyncOptions, type ResyncOptions, SyncError } from '@bomba/sync-core';
import { inspect } from 'node:util';

/** What a value must be, in words, and whether it is. */
interface Allowed {
  readonly words: string;
  readonly holds: (value: unknown) => boolean;
}

const flag: Allowed = { words: 'true or false', holds: (value) => typeof value === 'boolean' };
const text: Allowed = { words: 'a text', holds: (value) => typeof value === 'string' };
const listener: Allowed = { words: 'a function', holds: (value) => typeof value === 'function' };
const signal: Allowed = {
  words: 'an AbortSignal',
  holds: (value) => isObject(value) && typeof value['aborted'] === 'boolean',
};
const collections: Allowed = {
  words: 'a list of one or more collections, none of them twice',
  holds: isList,
};

const fullSyncOptions: Readonly<Record<keyof FullSyncOptions, Allowed>> = {
  dryRun: flag,
  changedOnly: flag,
  collections,
  direction: oneOf('local-to-atlas', 'atlas-to-local'),
  resume: text,
  signal,
  onProgress: listener,
};
const resyncOptions: Readonly<Record<keyof ResyncOptions, Allowed>> = {
  collections,
  prefer: oneOf('local', 'atlas'),
  signal,
  onProgress: listener,
};
/** What a run that is gone on with was asked for already. */
const wishes = ['dryRun', 'changedOnly', 'collections', 'direction'] as const;

/**
 * An untyped caller may ask for anything; what is not understood must not become a run that does more than was asked for.
 * Throws SYNC_CONFIG_INVALID with every problem at once.
 */
export function assertFullSyncAsked(options: FullSyncOptions): void {
  refuse('fullSync', [...wrong(options, fullSyncOptions), ...besideResume(options)]);
}

/** As {@link assertFullSyncAsked}, for an operator's choice. */
export function assertResyncAsked(options: ResyncOptions): void {
  refuse('resync', wrong(options, resyncOptions));
}

function besideResume(options: FullSyncOptions): readonly string[] {
  if (!isObject(options) || options.resume === undefined) return [];
  const beside = wishes.filter((name) => options[name] !== undefined);
  if (beside.length === 0) return [];
  return [`resume goes on with what that run was asked for: leave out ${beside.join(', ')}.`];
}

function wrong(options: unknown, allowed: Readonly<Record<string, Allowed>>): readonly string[] {
  if (!isObject(options)) return [`They must be an object, but are ${shown(options)}.`];
  const known = Object.keys(allowed).join(', ');
  return Object.entries(options).flatMap(([name, value]) => {
    if (!Object.hasOwn(allowed, name)) return [`${name} is not known; known are: ${known}.`];
    const { words, holds } = allowed[name] ?? text;
    return value === undefined || holds(value) ? [] : [`${name} must be ${words}, but is ${shown(value)}.`];
  });
}

function refuse(call: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const list = problems.map((problem) => `- ${problem}`).join('\n');
  throw new SyncError('SYNC_CONFIG_INVALID', `${call} cannot work with these options:\n${list}`);
}

function oneOf(...values: readonly string[]): Allowed {
  const words = values.map((value) => `'${value}'`).join(' or ');
  return { words, holds: (value) => values.some((one) => one === value) };
}

function isList(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every((name) => typeof name === 'string') && new Set(value).size === value.length;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Infinity });
}
