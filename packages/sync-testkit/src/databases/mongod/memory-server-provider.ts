import { join } from 'node:path';
import { cacheDirectory } from '../cache-directory.js';
import { type DatabaseProvider } from '../provider.js';
import { FailureMemory } from './failure-memory.js';
import { prepareMongod } from './prepare-mongod.js';

/** Path of a mongod, downloaded if need be. */
export type DownloadMongod = () => Promise<string>;

/** Servers of a real mongod that `mongodb-memory-server-core` downloads once, where its host can be reached. */
export function memoryServerProvider(
  environment: NodeJS.ProcessEnv,
  download: DownloadMongod = downloadMongod,
): DatabaseProvider {
  const memory = new FailureMemory(join(cacheDirectory(environment), 'mongod-download-failed'));
  return {
    name: 'memory-server',
    async prepare(request, report) {
      const remedy = `allow the download and delete ${memory.file} to try again`;
      const before = await memory.recall();
      if (before !== undefined)
        return { available: false, reason: `its download failed today (${before})`, remedy };
      report('looking for its mongod, downloading it the first time');
      try {
        return await prepareMongod(await patiently(download), request);
      } catch (error) {
        const reason = reasonOf(error);
        // Only what the network says is remembered: nothing else stays the same for a day.
        if (codeOf(error) !== undefined) await memory.note(reason);
        return { available: false, reason: `its download failed (${reason})`, remedy };
      }
    },
  };
}

/** Processes that download at once can trip over each other's lock, which has no code: then once more. */
async function patiently(download: DownloadMongod): Promise<string> {
  try {
    return await download();
  } catch (error) {
    if (codeOf(error) !== undefined) throw error;
    return download();
  }
}

async function downloadMongod(): Promise<string> {
  // Loaded only when its turn comes: it is large, and most runs never need it.
  const { MongoBinary } = await import('mongodb-memory-server-core');
  return MongoBinary.getPath();
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function reasonOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : 'unknown error');
}
