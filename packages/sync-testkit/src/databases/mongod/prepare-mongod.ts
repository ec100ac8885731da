import { openOwnServer } from '../process/own-server.js';
import { runProgram } from '../process/run-program.js';
import { type DatabaseRequest, type Preparation } from '../provider.js';
import { mongodProgram } from './mongod-program.js';

/** Looks whether a mongod binary can be run here, and offers servers of it. */
export async function prepareMongod(binary: string, request: DatabaseRequest): Promise<Preparation> {
  const { ok, output, complaint } = await runProgram(binary, ['--version'], { timeoutMs: 30_000 });
  if (!ok) {
    const remedy = 'install what it lacks, or take it off PATH';
    return { available: false, reason: `${binary} does not run: ${complaint.slice(-300)}`, remedy };
  }
  const version = /v\d+(\.\d+)+\S*/.exec(output)?.[0] ?? 'of unknown version';
  const program = mongodProgram(binary);
  return {
    available: true,
    what: `mongod ${version} (${binary})`,
    open: (seat) => openOwnServer(program, seat, request),
  };
}
