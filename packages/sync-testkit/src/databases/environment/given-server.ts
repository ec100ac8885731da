import { MongoClient } from 'mongodb';
import { type ProvidedServer } from '../provider.js';

/** A server that runs already, under somebody else's care. */
export interface GivenServerOptions {
  readonly name: string;
  readonly uri: string;
  /** Whether its database is ours alone and to be dropped at the end. */
  readonly throwAway: boolean;
}

/** Stands for a server given to us: it is used, never stopped. */
export function givenServer({ name, uri, throwAway }: GivenServerOptions): ProvidedServer {
  const refuse = async (): Promise<void> => {
    throw new Error(
      `the server of "${name}" is a given one and not ours to stop: run this test without the given URIs`,
    );
  };
  const [first] = new MongoClient(uri).options.hosts;
  return {
    name,
    uri,
    host: first?.host ?? 'localhost',
    port: first?.port ?? 27_017,
    running: true,
    stop: refuse,
    start: refuse,
    kill: refuse,
    provision: async () => undefined,
    async dispose() {
      if (!throwAway) return;
      const client = new MongoClient(uri);
      try {
        await client.db().dropDatabase();
      } finally {
        await client.close();
      }
    },
  };
}
