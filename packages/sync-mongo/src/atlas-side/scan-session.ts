import { type ClientSession } from 'mongodb';
import { type AtlasContext } from './atlas-context.js';

/**
 * The session in which a scan reads ahead, as that of the lane serves one request at a time. What either of them has seen,
 * the other one sees.
 */
export class ScanSession {
  readonly #context: Pick<AtlasContext, 'db' | 'session'>;
  #session: ClientSession | null = null;

  constructor(context: Pick<AtlasContext, 'db' | 'session'>) {
    this.#context = context;
  }

  get session(): ClientSession {
    return (this.#session ??= this.#context.db.client.startSession({ causalConsistency: true }));
  }

  /** Reads in its own session, as one operation of the lane. */
  async beside<Result>(read: () => Promise<Result>): Promise<Result> {
    const { session } = this.#context;
    catchUp(this.session, session);
    const result = await read();
    catchUp(session, this.session);
    return result;
  }
}

function catchUp(session: ClientSession, { operationTime, clusterTime }: ClientSession): void {
  if (operationTime) session.advanceOperationTime(operationTime);
  if (clusterTime) session.advanceClusterTime(clusterTime);
}
