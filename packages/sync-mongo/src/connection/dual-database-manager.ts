import { type Clock, type ConnectionState, type Logger, SyncError } from '@bomba/sync-core';
import { type Db, MongoClient, type MongoClientOptions, type Timestamp } from 'mongodb';
import { type Connection } from 'mongoose';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { atlasClientOptions } from './atlas-client-options.js';
import { type ClockReading, readClocks } from './atlas-clock.js';

/** What the first answer of Atlas told. */
export interface AtlasGreeting {
  readonly db: Db;
  readonly client: MongoClient;
  /** Atlas' clock and ours at that moment. */
  readonly reading: ClockReading;
  /** A moment of the cluster from which a stream can start. */
  readonly operationTime: Timestamp;
}

/** How a {@link DualDatabaseManager} is made. */
export interface DualDatabaseOptions {
  /** The application's connection: Local. */
  readonly local: Connection;
  readonly atlas: {
    readonly uri: string | null;
    readonly dbName: string | null;
    readonly client: MongoClientOptions;
  };
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly logger: Logger;
}

/** Mongoose's numbers for the states of a connection. */
const localStates: Readonly<Partial<Record<number, ConnectionState>>> = { 1: 'connected', 2: 'connecting' };

/** The two databases of a branch: Local is the application's own connection, Atlas is connected and left by the engine. */
export class DualDatabaseManager {
  readonly #options: DualDatabaseOptions;
  #client: MongoClient | null = null;
  #connecting: MongoClient | null = null;

  constructor(options: DualDatabaseOptions) {
    this.#options = options;
  }

  /** The database that the application works on. Throws SYNC_STATE_LOCAL_NOT_CONNECTED. */
  get local(): Db {
    const { db } = this.#options.local;
    if (!db) {
      throw new SyncError(
        'SYNC_STATE_LOCAL_NOT_CONNECTED',
        'Local is not connected: await mongoose.connect() first.',
      );
    }
    return db;
  }

  get localState(): ConnectionState {
    return localStates[this.#options.local.readyState] ?? 'disconnected';
  }

  get atlasState(): ConnectionState {
    return this.#client ? 'connected' : 'disconnected';
  }

  /** Both states, as the seed's server reported them. */
  getConnectionStatus(): { readonly local: ConnectionState; readonly atlas: ConnectionState } {
    return { local: this.localState, atlas: this.atlasState };
  }

  /** Asks Local for a sign of life. Throws SYNC_STATE_LOCAL_NOT_CONNECTED where there is none. */
  async verifyLocal(): Promise<Db> {
    const db = this.local;
    try {
      await db.command({ ping: 1 });
      return db;
    } catch (error) {
      const message = 'Local did not answer: start the local database, then sync.start().';
      throw new SyncError('SYNC_STATE_LOCAL_NOT_CONNECTED', message, { cause: error });
    }
  }

  /** Connects to Atlas, and refuses what has no change streams. Throws SYNC_CONN_*. */
  async connectAtlas(): Promise<AtlasGreeting> {
    const { uri, dbName, client: wishes } = this.#options.atlas;
    if (uri === null) throw new SyncError('SYNC_CONN_UNREACHABLE', 'No URI of Atlas is configured.');
    await this.disconnectAtlas();
    const client = new MongoClient(uri, atlasClientOptions(uri, wishes));
    this.#connecting = client;
    try {
      await client.connect();
      const db = client.db(
        dbName ?? (client.options.dbName === 'test' ? this.local.databaseName : undefined),
      );
      const greeting = await this.#greet(client, db);
      this.#client = client;
      return greeting;
    } catch (error) {
      await client.close(true).catch(() => undefined);
      throw mapMongoError(error, 'atlas');
    } finally {
      this.#connecting = null;
    }
  }

  /** Leaves Atlas; idempotent. */
  async disconnectAtlas(): Promise<void> {
    const clients = [this.#client, this.#connecting].filter((client) => client !== null);
    this.#client = this.#connecting = null;
    await Promise.all(clients.map((client) => client.close(true).catch(() => undefined)));
  }

  async #greet(client: MongoClient, db: Db): Promise<AtlasGreeting> {
    const { clock } = this.#options;
    const askedMs = clock.monotonic();
    const hello = await db.command({ hello: 1 });
    const reading = readClocks(clock, { hello, askedMs });
    if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') {
      throw new SyncError('SYNC_CONN_NOT_REPLICA_SET', 'The database given as Atlas is not a replica set.');
    }
    const { operationTime } = hello as { operationTime?: Timestamp };
    if (!operationTime)
      throw new SyncError('SYNC_CONN_NOT_REPLICA_SET', 'Atlas does not tell its operation time.');
    return { db, client, reading, operationTime };
  }
}
