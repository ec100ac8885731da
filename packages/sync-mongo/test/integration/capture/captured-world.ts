import { HybridClock, silentLogger, silentMetrics } from '@bomba/sync-core';
import { startDatabases, type Topology } from '@bomba/sync-testkit';
import { Binary, type CommandStartedEvent, type Document, MongoClient } from 'mongodb';
import { Mongoose } from 'mongoose';
import { randomBytes } from 'node:crypto';
import { WriteAuditor } from '../../../src/audit/write-auditor.js';
import { attachCapture } from '../../../src/capture/attach-capture.js';
import { type Capture, type CaptureOptions } from '../../../src/capture/capture.js';
import { type CapturedWrite } from '../../../src/capture/run/captured-write.js';

/** A Mongoose on a database of its own. */
export interface Application {
  readonly mongoose: Mongoose;
  /** A client past capture and audit. */
  readonly client: MongoClient;
  /** Documents as they are stored, in `_id` order. */
  stored(collection: string): Promise<readonly Document[]>;
  /** Write commands since the last call. */
  takeCommands(): readonly CommandStartedEvent[];
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** An application with capture. */
export interface CapturedApplication extends Application {
  readonly capture: Capture;
  readonly announced: CapturedWrite[];
  readonly clock: HybridClock;
}

/** The same server twice: with capture and without. */
export interface CapturedWorld {
  readonly captured: CapturedApplication;
  readonly plain: Application;
  readonly uri: string;
  stop(): Promise<void>;
}

export async function openCapturedWorld(topology: Topology): Promise<CapturedWorld> {
  const databases = await startDatabases({ branches: 1, topology, atlas: false });
  const uri = databases.branches[0]?.uri ?? '';
  const [captured, plain] = await Promise.all([openCaptured(uri), openPlain(uri)]);
  return {
    captured,
    plain,
    uri,
    stop: async () => {
      await Promise.all([captured.close(), plain.close()]);
      await databases.stop();
    },
  };
}

/** A clock of ids with real time. */
export function realClock(): HybridClock {
  return new HybridClock({
    clock: { now: () => Date.now() },
    random: { bytes: (count) => randomBytes(count) },
  });
}

/** Attaches capture to a Mongoose, with what a test leaves out. */
export function attach(mongoose: Mongoose, options: Partial<CaptureOptions> = {}): Capture {
  return attachCapture({
    ...{ mongoose, isSynced: () => true, clock: realClock(), logger: silentLogger, metrics: silentMetrics },
    ...{ onCaptured: () => undefined, onModel: () => undefined },
    ...options,
  });
}

async function openCaptured(uri: string): Promise<CapturedApplication> {
  const mongoose = new Mongoose();
  const announced: CapturedWrite[] = [];
  const clock = realClock();
  const capture = attach(mongoose, { clock, onCaptured: (write) => announced.push(write) });
  const auditor = new WriteAuditor({
    ...{ mongoose, local: mongoose.connection, logger: silentLogger, metrics: silentMetrics },
    isSynced: (collection) => capture.collections().includes(collection),
  });
  const application = await connect(mongoose, uri, 'with_capture');
  const close = async (): Promise<void> => {
    capture.detach();
    auditor.stop();
    await application.close();
    if (auditor.unmatchedCount > 0) {
      throw new Error(`writes went past capture: ${JSON.stringify(auditor.unmatched)}`);
    }
  };
  return { ...application, capture, announced, clock, close };
}

async function openPlain(uri: string): Promise<Application> {
  return connect(new Mongoose(), uri, 'without_capture');
}

const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify', 'bulkWrite']);

async function connect(mongoose: Mongoose, uri: string, dbName: string): Promise<Application> {
  await mongoose.connect(uri, { dbName, monitorCommands: true, autoIndex: false });
  const client = await MongoClient.connect(uri);
  let commands: CommandStartedEvent[] = [];
  mongoose.connection.getClient().on('commandStarted', (event) => {
    if (WRITES.has(event.commandName)) commands.push(event);
  });
  const db = client.db(dbName);
  return {
    mongoose,
    client,
    stored: (collection) => db.collection(collection).find().sort({ _id: 1 }).toArray(),
    takeCommands: () => {
      const taken = commands;
      commands = [];
      return taken;
    },
    empty: async () => {
      for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
        await db.collection(name).deleteMany({});
      }
      commands = [];
    },
    close: async () => {
      await Promise.all([mongoose.disconnect(), client.close()]);
    },
  };
}

/** The metadata of a stored document. */
export function metaIn(document: Document | null | undefined): Readonly<Record<string, unknown>> {
  return (document?._syncMeta ?? {}) as Readonly<Record<string, unknown>>;
}

/** The dirty id of a stored document, as text. */
export function dirtyOf(document: Document | null | undefined): string | undefined {
  return hexOf(metaIn(document)['dirty']);
}

/** An id in a stored document, as text. */
export function hexOf(id: unknown): string | undefined {
  return id instanceof Binary ? id.toString('hex') : undefined;
}

/** A document without its metadata. */
export function contentOf(document: Document): Document {
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== '_syncMeta'));
}
