import { type ClientSession } from 'mongodb';
import { type NativeMethod } from './native-collection.js';
import { setOwnProperty } from './own-property.js';

/** An aggregation as the driver is about to send it: stages may have been added since it was made. */
export interface Aggregation {
  readonly pipeline: readonly unknown[];
  readonly dbName: string;
  readonly session: ClientSession | undefined;
}

/** Sends the aggregation with this pipeline in place of its own. */
export type SendAggregation = (pipeline: readonly unknown[]) => Promise<unknown>;

/** Takes over the sending; null where it is to be sent as it is. */
export type AggregationTakeover = (
  aggregation: Aggregation,
  send: SendAggregation,
) => Promise<unknown> | null;

/** The driver's cursor, with the method that sends its command, and that it keeps to itself. */
interface CursorInternals {
  pipeline: readonly unknown[];
  readonly namespace: { readonly db: string };
  readonly aggregateOptions?: { readonly explain?: unknown };
  _initialize(session?: ClientSession): Promise<unknown>;
  clone(): unknown;
}

const wrapped = new WeakSet();

/** Puts a wrapper around the sending of an aggregation, once. What is no such cursor (yet) stays as it is. */
export function wrapAggregation<Cursor>(cursor: Cursor, takeOver: AggregationTakeover): Cursor {
  if (!isCursor(cursor) || wrapped.has(cursor) || isExplained(cursor)) return cursor;
  wrapped.add(cursor);
  const initialize = (Reflect.get(cursor, '_initialize') as NativeMethod).bind(cursor) as (
    session: ClientSession | undefined,
  ) => Promise<unknown>;
  const clone = cursor.clone.bind(cursor);
  setOwnProperty(cursor, 'clone', () => wrapAggregation(clone(), takeOver));
  setOwnProperty(cursor, '_initialize', (session?: ClientSession): Promise<unknown> => {
    const { pipeline, namespace } = cursor;
    const send: SendAggregation = async (sent) => {
      cursor.pipeline = sent;
      try {
        return await initialize(session);
      } finally {
        cursor.pipeline = pipeline;
      }
    };
    return takeOver({ pipeline, dbName: namespace.db, session }, send) ?? initialize(session);
  });
  return cursor;
}

function isCursor(value: unknown): value is CursorInternals {
  const { pipeline, namespace, _initialize, clone } = (value ?? {}) as Partial<CursorInternals>;
  const isPipeline = Array.isArray(pipeline) && typeof namespace?.db === 'string';
  return isPipeline && typeof _initialize === 'function' && typeof clone === 'function';
}

function isExplained({ aggregateOptions }: CursorInternals): boolean {
  const explain = aggregateOptions?.explain;
  return explain !== undefined && explain !== false;
}
