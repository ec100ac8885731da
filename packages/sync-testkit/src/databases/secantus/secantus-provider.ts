import { openOwnServer } from '../process/own-server.js';
import { type DatabaseProvider } from '../provider.js';
import { findNativeServer, findSecondOpinion, type FoundSecantus } from './find-secantus.js';
import { type Machine } from './secantus-build.js';
import { secantusProgram } from './secantus-program.js';

/** Servers of SecantusDB, which speaks MongoDB's protocol: what is left where no mongod can be had. */
export function secantusProvider(environment: NodeJS.ProcessEnv, machine: Machine): DatabaseProvider {
  return {
    name: 'secantus',
    async prepare(request, report) {
      const find = request.secondOpinion ? findSecondOpinion : findNativeServer;
      const found = await find({ environment, machine, report }).catch(notFetched);
      if ('reason' in found) return { available: false, ...found };
      const program = secantusProgram(found.command, request.syncOnCommit);
      return { available: true, what: found.what, open: (seat) => openOwnServer(program, seat, request) };
    },
  };
}

function notFetched(error: unknown): FoundSecantus {
  const reason = `it could not be fetched: ${error instanceof Error ? error.message : String(error)}`;
  return {
    reason,
    remedy: 'let pip reach PyPI, or name the program of a SecantusDB server in BOMBA_SECANTUS',
  };
}
