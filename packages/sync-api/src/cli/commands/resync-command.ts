import { type FullSyncReport, type ResyncOptions } from '@bomba/sync-core';
import { Option } from 'commander';
import { type CommandGroup } from '../command-group.js';
import { confirm } from '../confirm.js';
import { carryOut, type RunOptions } from '../run-to-end.js';
import { collectionsOption } from './scope-options.js';

type ResyncCommandOptions = Pick<ResyncOptions, 'collections' | 'prefer'> &
  RunOptions & { readonly yes?: boolean };

const HELP = `
For collections that paused themselves, and after Atlas was restored from a backup: say which side counts where nothing can tell.
Whatever gives way is kept as a conflict. It is watched, and cancelled, as a full sync is.
Without --collections it is for all. Those that somebody has paused are compared only, and stay paused, unless Atlas was restored.

Examples:
  $ bomba-sync resync --collections bills --prefer local     what is gone from Atlas is put back there
  $ bomba-sync resync --collections bills --prefer atlas     what is gone from Atlas goes from Local, too`;

const other = { local: 'atlas', atlas: 'local' } as const;

/** The operator's choice of a side. */
export const addResyncCommand: CommandGroup = (program, on) => {
  program
    .command('resync')
    .description('choose a side for collections that paused themselves')
    .addOption(collectionsOption())
    .addOption(new Option('--prefer <side>', 'the side that counts').choices(['local', 'atlas']))
    .option('-y, --yes', 'do not ask; with --prefer needed where nobody can be asked')
    .option('--detach', 'start it, print its id, and do not wait')
    .addHelpText('after', HELP)
    .action(
      on(async (session, { yes, detach, ...choice }: ResyncCommandOptions) => {
        const { collections, prefer } = choice;
        if (prefer !== undefined) {
          const where = collections?.join(', ') ?? 'all collections';
          await confirm(session.shell, `Have ${other[prefer]} give way to ${prefer} in ${where}?`, yes);
        }
        return carryOut(session, { detach }, (signal) =>
          session.api.post<FullSyncReport>('/resync', { body: choice, signal }),
        );
      }),
    );
};
