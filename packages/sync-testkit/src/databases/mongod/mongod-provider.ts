import { findProgram } from '../process/find-program.js';
import { type DatabaseProvider } from '../provider.js';
import { prepareMongod } from './prepare-mongod.js';

/** Servers of the mongod that `BOMBA_MONGOD` names, or of the one on `PATH`. */
export function mongodProvider(environment: NodeJS.ProcessEnv): DatabaseProvider {
  return {
    name: 'mongod',
    async prepare(request) {
      const given = environment['BOMBA_MONGOD'];
      const binary = await findProgram(given ?? 'mongod', environment);
      if (binary !== undefined) return prepareMongod(binary, request);
      return {
        available: false,
        reason: given === undefined ? 'no mongod on PATH' : `BOMBA_MONGOD names no program: ${given}`,
        remedy: 'install MongoDB, or name its mongod in BOMBA_MONGOD',
      };
    },
  };
}
