import { type EventEmitter } from 'node:events';
import { type Logger, type Metrics, type SyncErrorCode } from '@bomba/sync-core';
import {
  type CommandFailedEvent,
  type CommandStartedEvent,
  type CommandSucceededEvent,
  type MongoClient,
} from 'mongodb';
import { type Connection, type Mongoose } from 'mongoose';
import { reachesSameServer } from '../capture/seam/same-database.js';
import { carriesDirtyId } from './carries-dirty-id.js';
import { refusedStatements } from './refused-statements.js';
import { isVouchedFor } from './vouched-writes.js';
import { writeStatementsOf } from './write-statements.js';

/** Name of the counter of writes that the audit found unmarked; labels `collection`, `command`. */
export const CAPTURE_UNMATCHED = 'sync_capture_unmatched_total';

/** Mongoose's number for an open connection. */
const CONNECTED = 1;
const UNMATCHED: SyncErrorCode = 'SYNC_CAPTURE_UNMATCHED';
const BLIND: SyncErrorCode = 'SYNC_CAPTURE_AUDIT_BLIND';

/** What the audit works on. */
export interface AuditOptions {
  readonly mongoose: Mongoose;
  /** Local, as the application connects to it. */
  readonly local: Connection;
  /** Whether the writes of a collection of Local are captured. */
  readonly isSynced: (collection: string) => boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** A kind of write that went past capture. */
export interface UnmatchedWrite {
  readonly collection: string;
  readonly command: string;
}

interface PlacedWrite extends UnmatchedWrite {
  /** Its place among the statements of its command. */
  readonly place: number;
}

const NONE: ReadonlySet<number> = new Set();

/**
 * Reads along what the application's clients send to Local: each write of a synced collection has to carry a dirty id,
 * or to be the engine's own. It needs `mongoose.connect(uri, { monitorCommands: true })`.
 */
export class WriteAuditor {
  readonly #options: AuditOptions;
  readonly #found = new Map<string, UnmatchedWrite>();
  readonly #clients = new Map<MongoClient, () => void>();
  readonly #stops: (() => void)[] = [];
  /** Writes that are not answered yet, by their request. */
  readonly #underWay = new Map<number, readonly PlacedWrite[]>();
  #unmatchedCount = 0;

  /** Begins with the connections that are there, and goes on with those to come. */
  constructor(options: AuditOptions) {
    this.#options = options;
    const { mongoose } = options;
    mongoose.connections.forEach((connection) => this.#watch(connection));
    const { events } = mongoose as unknown as { readonly events: EventEmitter };
    const onConnection = (connection: Connection): void => this.#watch(connection);
    events.on('createConnection', onConnection);
    this.#stops.push(() => events.off('createConnection', onConnection));
  }

  /** Write statements so far that nothing accounts for. */
  get unmatchedCount(): number {
    return this.#unmatchedCount;
  }

  /** Which kinds they were. */
  get unmatched(): readonly UnmatchedWrite[] {
    return [...this.#found.values()];
  }

  /** Ends the audit. */
  stop(): void {
    for (const stop of [...this.#stops.splice(0), ...this.#clients.values()]) stop();
    this.#clients.clear();
  }

  #watch(connection: Connection): void {
    const onConnected = (): void => this.#listen(connection);
    connection.on('connected', onConnected);
    this.#stops.push(() => connection.off('connected', onConnected));
    const state: number = connection.readyState;
    if (state === CONNECTED) this.#listen(connection);
  }

  #listen(connection: Connection): void {
    const client = connection.getClient();
    if (this.#clients.has(client)) return;
    if (!client.options.monitorCommands) {
      const message = 'the audit sees nothing of a connection: connect with { monitorCommands: true }';
      this.#options.logger.warn(message, { code: BLIND });
    }
    const onStarted = (event: CommandStartedEvent): void => this.#read(connection, event);
    const onSucceeded = ({ requestId, reply }: CommandSucceededEvent): void =>
      this.#settle(requestId, refusedStatements(reply));
    const onFailed = ({ requestId, failure }: CommandFailedEvent): void =>
      this.#settle(requestId, failure instanceof Error && failure.name === 'MongoServerError' ? 'all' : NONE);
    client.on('commandStarted', onStarted).on('commandSucceeded', onSucceeded).on('commandFailed', onFailed);
    this.#clients.set(client, () => {
      client
        .off('commandStarted', onStarted)
        .off('commandSucceeded', onSucceeded)
        .off('commandFailed', onFailed);
    });
  }

  #read(connection: Connection, event: CommandStartedEvent): void {
    const { local, isSynced } = this.#options;
    if (isVouchedFor() || !reachesSameServer(local, connection)) return;
    const { commandName: command, requestId } = event;
    const unmatched = writeStatementsOf(event).flatMap((statement, place) => {
      const { database, collection } = statement;
      const isSound = database !== local.name || !isSynced(collection) || carriesDirtyId(statement);
      return isSound ? [] : [{ place, collection, command }];
    });
    if (unmatched.length > 0) this.#underWay.set(requestId, unmatched);
  }

  /** What the server refused has written nothing. */
  #settle(requestId: number, refused: ReadonlySet<number> | 'all'): void {
    const writes = this.#underWay.get(requestId);
    if (!writes) return;
    this.#underWay.delete(requestId);
    if (refused === 'all') return;
    for (const { place, ...write } of writes) if (!refused.has(place)) this.#report(write);
  }

  #report({ collection, command }: UnmatchedWrite): void {
    const { logger, metrics } = this.#options;
    this.#unmatchedCount += 1;
    metrics.count(CAPTURE_UNMATCHED, 1, { collection, command });
    const name = `${collection} ${command}`;
    if (this.#found.has(name)) return;
    this.#found.set(name, { collection, command });
    logger.error('a write went past capture', { code: UNMATCHED, collection, command });
  }
}
