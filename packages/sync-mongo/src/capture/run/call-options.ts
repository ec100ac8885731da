import { type ClientSession } from 'mongodb';
import { type Fields, fieldsOf } from '../rewrite/fields.js';

/** Options that say how an operation is sent, and so hold for each step of it. */
const SENDING = ['session', 'writeConcern', 'w', 'j', 'wtimeout', 'comment', 'maxTimeMS', 'timeoutMS'];
/** Options that say what a filter matches, and so hold for the step that applies it. */
const MATCHING = ['collation', 'hint', 'let'];

/** The session of a call, if it has one. */
export function sessionOf(options: unknown): ClientSession | undefined {
  return (options as { readonly session?: ClientSession } | null | undefined)?.session ?? undefined;
}

/** True where the call belongs to a transaction: then an error ends it, and nothing can be tried again. */
export function isInTransaction(options: unknown): boolean {
  return sessionOf(options)?.inTransaction() ?? false;
}

/** True where the application does not wait for the server's answer. */
export function isUnacknowledged(options: unknown): boolean {
  const { writeConcern, w } = optionsOf(options);
  return w === 0 || fieldsOf(writeConcern)?.['w'] === 0;
}

/** The options of a call, but that its answer is waited for: the next step depends on it. */
export function acknowledgedOptions(options: unknown): Fields {
  const { w, writeConcern, ...others } = optionsOf(options);
  return isUnacknowledged(options) ? others : withoutUndefined({ ...others, w, writeConcern });
}

/** The options of a call for a step that does not apply its filter; steps that build on each other are acknowledged. */
export function sendingOptions(options: unknown): Fields {
  return pick(acknowledgedOptions(options), SENDING);
}

/** The options of a call for a step that applies its filter. */
export function matchingOptions(options: unknown): Fields {
  return { ...sendingOptions(options), ...pick(options, MATCHING) };
}

/** The same for a look: what its filter needs. */
export function readingOptions(options: unknown): Fields {
  return pick(options, MATCHING);
}

/** Options for a look at what an earlier step wrote: the newest state, on the primary, with values of exact type. */
export function lookOptions(options: unknown): Fields {
  const { session, comment, maxTimeMS, timeoutMS } = optionsOf(options);
  return {
    ...withoutUndefined({ session, comment, maxTimeMS, timeoutMS }),
    ...(isInTransaction(options) ? {} : { readPreference: 'primary', readConcern: { level: 'local' } }),
    ...{ promoteValues: false, promoteBuffers: false, bsonRegExp: true, raw: false },
  };
}

/** The options of a call, by name. */
export function optionsOf(options: unknown): Fields {
  return typeof options === 'object' && options !== null ? (options as Fields) : {};
}

function pick(options: unknown, names: readonly string[]): Fields {
  const given = optionsOf(options);
  return withoutUndefined(Object.fromEntries(names.map((name) => [name, given[name]])));
}

function withoutUndefined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
