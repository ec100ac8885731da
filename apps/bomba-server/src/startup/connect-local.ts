import { MongoServerError } from 'mongodb';
import { type Mongoose } from 'mongoose';
import { defaultDatabase } from '../config/check-values.js';
import { readDatabaseUri } from '../config/database-uri.js';
import { StartError } from './start-error.js';

const answerWithinMs = 5_000;
const noRight = 13;
const authCodes = new Set<unknown>([noRight, 18, 8000]);

function codeBehind(error: unknown): unknown {
  for (let next = error; typeof next === 'object' && next !== null;) {
    if ('code' in next && next.code !== undefined) return next.code;
    next = 'cause' in next ? next.cause : undefined;
  }
  return undefined;
}

/** The server selection of the driver keeps the error of each member in its description. */
function networkCodeOf(error: unknown): unknown {
  const servers = (error as { reason?: { servers?: ReadonlyMap<string, { error?: unknown }> } }).reason
    ?.servers;
  return [...(servers?.values() ?? [])]
    .map((server) => codeBehind(server.error))
    .find((code) => code !== undefined);
}

function explain(error: unknown, hosts: string): StartError {
  if (error instanceof MongoServerError && authCodes.has(error.code)) {
    return new StartError(
      `Local MongoDB at ${hosts} refused the credentials: check user, password, authSource and role in LOCAL_MONGODB_URI.`,
      { cause: error },
    );
  }
  const code = networkCodeOf(error) ?? codeBehind(error);
  const reason = typeof code === 'string' || typeof code === 'number' ? ` (${code})` : '';
  return new StartError(
    `Local MongoDB does not answer at ${hosts}${reason}: start it there, or correct LOCAL_MONGODB_URI.`,
    { cause: error },
  );
}

/**
 * Connects Mongoose to Local and looks whether it answers and lets us in.
 *
 * @throws StartError where it does not within 5 s.
 */
export async function connectLocal(mongoose: Mongoose, uri: string): Promise<void> {
  const { hosts, database } = readDatabaseUri(uri) ?? { hosts: [], database: undefined };
  try {
    await mongoose.connect(uri, {
      dbName: database ?? defaultDatabase,
      serverSelectionTimeoutMS: answerWithinMs,
      appName: 'bomba-server',
    });
    await mongoose.connection.listCollections();
  } catch (error) {
    throw explain(error, hosts.join(', '));
  }
}
