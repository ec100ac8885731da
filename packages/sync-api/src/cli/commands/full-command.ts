import { type FullSyncOptions, type FullSyncReport } from '@bomba/sync-core';
import { Option } from 'commander';
import { type CommandGroup } from '../command-group.js';
import { fromWord } from '../printing/record-id.js';
import { carryOut, type RunOptions } from '../run-to-end.js';
import { collectionsOption, directionOption } from './scope-options.js';

type FullCommandOptions = RunOptions &
  Pick<FullSyncOptions, 'dryRun' | 'changedOnly' | 'collections' | 'direction' | 'resume'>;

const HELP = `
The progress is one line on standard error, or a line each 5 s where that is no terminal; what was found goes to standard
output. Ctrl-C cancels the run; once more, and it goes on without you. With --dry-run the exit code is 4 where documents differ.

Examples:
  $ bomba-sync full --dry-run                        are both sides the same?
  $ bomba-sync full --collections bills,orders       compare and repair these two
  $ bomba-sync full --changed-only                   only what may have changed since the last clean run
  $ bomba-sync full --resume ID                      go on with a run that failed or was cancelled`;

/** Compares both sides and repairs. */
export const addFullCommand: CommandGroup = (program, on) => {
  const wishes = ['dryRun', 'changedOnly', 'collections', 'direction'];
  program
    .command('full')
    .description('compare both sides, repair what differs, and watch it')
    .option('--dry-run', 'compare only; change nothing')
    .option('--changed-only', 'compare only what may have changed')
    .addOption(collectionsOption())
    .addOption(directionOption('repair in this direction only'))
    .addOption(new Option('--resume <id>', 'go on with this run, as it was asked for').conflicts(wishes))
    .option('--detach', 'start it, print its id, and do not wait')
    .addHelpText('after', HELP)
    .action(
      on(async (session, { detach, resume, ...wish }: FullCommandOptions) => {
        const body = { ...wish, ...(resume === undefined ? {} : { resume: fromWord(resume) }) };
        return carryOut(session, { detach }, (signal) =>
          session.api.post<FullSyncReport>('/full', { body, signal }),
        );
      }),
    );
};
