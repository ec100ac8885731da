import { type DatabaseRequest, type Seat } from '../../../src/databases/provider.js';
import { type Watchdog } from '../../../src/databases/process/watchdog.js';

const watchdog: Watchdog = {
  guard: () => undefined,
  spare: () => undefined,
  removeAtEnd: () => undefined,
  end: async () => undefined,
};

/** The seat of one branch. */
export const branchSeat: Seat = { name: 'a', side: 'local', topology: 'replicaSet', dbName: 'bomba' };

/** The seat of Atlas. */
export const atlasSeat: Seat = { name: 'atlas', side: 'atlas', topology: 'replicaSet', dbName: 'bomba' };

/** A request for one branch and Atlas, for providers that start nothing. */
export function fakeRequest(changes: Partial<DatabaseRequest> = {}): DatabaseRequest {
  return {
    seats: [branchSeat, atlasSeat],
    keepData: false,
    dataDirectory: '/nowhere',
    secondOpinion: false,
    syncOnCommit: false,
    watchdog,
    ...changes,
  };
}
