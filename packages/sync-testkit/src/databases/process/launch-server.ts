import { type Watchdog } from './watchdog.js';
import { type ServerPlace, type ServerProgram } from './server-program.js';
import { type ServerProcess, spawnServer } from './server-process.js';
import { waitUntilAnswers } from './wait-until-answers.js';

const START_TIMEOUT_MS = 60_000;

/**
 * Runs a server program at a place and resolves when it is ready for use.
 *
 * @throws Error with the last lines it printed, when it ends or does not answer within a minute.
 */
export async function launchServer(
  program: ServerProgram,
  place: ServerPlace,
  watchdog: Watchdog,
): Promise<ServerProcess> {
  const started = await spawnServer(
    {
      command: program.command,
      args: program.argumentsFor(place),
      directory: place.home,
      logFile: place.logFile,
      environment: program.environment,
    },
    watchdog,
  );
  try {
    if (await waitUntilAnswers({ port: place.port, process: started, timeoutMs: START_TIMEOUT_MS })) {
      await program.makeReady(place);
      return started;
    }
    const words = (await started.lastWords()) || 'it printed nothing';
    throw new Error(`the server of "${place.seat.name}" did not start: ${words}`);
  } catch (error) {
    await started.end('SIGKILL');
    throw error;
  }
}
