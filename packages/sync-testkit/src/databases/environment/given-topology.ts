import { MongoClient } from 'mongodb';
import { type Topology } from '../database-server.js';

/** How long a given server may take to answer, unless its connection string says so itself. */
const PATIENCE = { serverSelectionTimeoutMS: 5_000 };

/**
 * What a given deployment is: change streams work on a replica set and on a sharded cluster. An error is named, not
 * quoted: messages of the driver can hold the connection string, and that a password.
 */
export async function givenTopology(uri: string): Promise<Topology | { readonly unreachable: string }> {
  try {
    const client = new MongoClient(uri, uri.includes('serverSelectionTimeoutMS=') ? {} : PATIENCE);
    try {
      const hello = await client.db('admin').command({ hello: 1 });
      return hello['setName'] !== undefined || hello['msg'] === 'isdbgrid' ? 'replicaSet' : 'standalone';
    } finally {
      await client.close();
    }
  } catch (error) {
    return { unreachable: error instanceof Error ? error.name : 'unknown error' };
  }
}
