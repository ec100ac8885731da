import { type QuarantinedDocument } from '@bomba/sync-core';
import { type CommandGroup } from '../command-group.js';
import { confirm } from '../confirm.js';
import { exitCodes } from '../exit-code.js';
import { listPages, type PageOptions } from '../list-pages.js';
import { quarantinedLines, quarantineLines } from '../printing/print-quarantine.js';
import { fromWord } from '../printing/record-id.js';
import { settleEach } from '../settle-each.js';
import { withPageOptions } from './page-options.js';

const EXAMPLES = `
Examples:
  $ bomba-sync quarantine list --collection bills
  $ bomba-sync quarantine show ID
  $ bomba-sync quarantine retry ID ANOTHER-ID
  $ bomba-sync quarantine discard ID --yes

An ID is the word in the first column of the list. An entry leaves the list by itself once its state got through.`;

/** States that a server or a model refused. */
export const addQuarantineCommands: CommandGroup = (program, on) => {
  const quarantine = program
    .command('quarantine')
    .description('documents that a server or a model refused: see them, try again, or give them up')
    .addHelpText('after', EXAMPLES);
  withPageOptions(quarantine.command('list').description('what waits, newest first')).action(
    on(async (session, options: PageOptions) => {
      await listPages(session, '/quarantine', options, quarantineLines);
      return exitCodes.done;
    }),
  );
  quarantine
    .command('show <id>')
    .description('one entry, with its reason and its document')
    .action(
      on(async (session, id: string) => {
        const answer = await session.api.get<QuarantinedDocument>(
          `/quarantine/${encodeURIComponent(fromWord(id))}`,
        );
        session.answer(answer, quarantinedLines);
        return exitCodes.done;
      }),
    );
  quarantine
    .command('retry <id...>')
    .description('try refused states once more, for example after the reason was put right')
    .action(
      on((session, ids: readonly string[]) =>
        settleEach(session, ids, {
          pathOf: (id) => `/quarantine/${id}/retry`,
          done: 'is tried again; it leaves the list once it gets through',
        }),
      ),
    );
  quarantine
    .command('discard <id...>')
    .description("have Local take Atlas' version; a local write that is given up is kept as a conflict")
    .option('-y, --yes', 'do not ask; needed where nobody can be asked')
    .action(
      on(async (session, ids: readonly string[], { yes }: { readonly yes?: boolean }) => {
        const what = ids.length === 1 ? 'this state' : `these ${ids.length} states`;
        await confirm(session.shell, `Give up ${what} for Atlas' version?`, yes);
        return settleEach(session, ids, {
          pathOf: (id) => `/quarantine/${id}/discard`,
          done: "is given up: Local has Atlas' version",
        });
      }),
    );
};
