import { type HealthReport, type SyncStatus } from '@bomba/sync-core';
import { type CommandGroup } from '../command-group.js';
import { exitCodes } from '../exit-code.js';
import { healthLines, statusLines } from '../printing/print-status.js';

/** How it is. */
export const addStatusCommands: CommandGroup = (program, on) => {
  program
    .command('status')
    .description('what the engine of the process that answers says of itself')
    .addHelpText('after', '\nExample:\n  $ bomba-sync status --json | jq .queueSize')
    .action(
      on(async (session) => {
        session.answer(await session.api.get<SyncStatus>('/status'), statusLines);
        return exitCodes.done;
      }),
    );
  program
    .command('health')
    .description('each check, with what to do about it; the exit code is 4 where the branch is unhealthy')
    .addHelpText('after', '\nExample:\n  $ bomba-sync health || echo "look at the branch"')
    .action(
      on(async (session) => {
        const answer = await session.api.get<HealthReport>('/health');
        session.answer(answer, healthLines);
        return answer.value.status === 'unhealthy' ? exitCodes.found : exitCodes.done;
      }),
    );
};
