import { type StoredConflict } from '@bomba/sync-core';
import { type CommandGroup } from '../command-group.js';
import { exitCodes } from '../exit-code.js';
import { listPages, type PageOptions } from '../list-pages.js';
import { conflictLines, conflictsLines } from '../printing/print-conflicts.js';
import { fromWord } from '../printing/record-id.js';
import { settleEach } from '../settle-each.js';
import { withPageOptions } from './page-options.js';

const EXAMPLES = `
Examples:
  $ bomba-sync conflicts list --collection bills --limit 20
  $ bomba-sync conflicts show ID
  $ bomba-sync conflicts restore ID

An ID is the word in the first column of the list.`;

/** States that lost a conflict. */
export const addConflictCommands: CommandGroup = (program, on) => {
  const conflicts = program
    .command('conflicts')
    .description('states that lost a conflict, of every branch: see them, or write one again')
    .addHelpText('after', EXAMPLES);
  withPageOptions(conflicts.command('list').description('what is kept, newest first')).action(
    on(async (session, options: PageOptions) => {
      await listPages(session, '/conflicts', options, conflictsLines);
      return exitCodes.done;
    }),
  );
  conflicts
    .command('show <id>')
    .description('one state that lost: why, and the document as it was')
    .action(
      on(async (session, id: string) => {
        const path = `/conflicts/${encodeURIComponent(fromWord(id))}`;
        session.answer(await session.api.get<StoredConflict>(path), conflictLines);
        return exitCodes.done;
      }),
    );
  conflicts
    .command('restore <id...>')
    .description('write states again, as new writes that win')
    .action(
      on((session, ids: readonly string[]) =>
        settleEach(session, ids, {
          pathOf: (id) => `/conflicts/${id}/restore`,
          done: 'is written again',
        }),
      ),
    );
};
