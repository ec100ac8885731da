import { type QuarantinedDocument } from '@bomba/sync-core';
import { type CommandGroup } from '../command-group.js';
import { confirm } from '../confirm.js';
import { type ExitCode, exitCodes } from '../exit-code.js';
import { listPages, type PageOptions } from '../list-pages.js';
import { quarantinedLines, quarantineLines } from '../printing/print-quarantine.js';
import { documentOf, wholeDocumentLines } from '../printing/print-document.js';
import { fromWord, toWord } from '../printing/record-id.js';
import { readJsonFile } from '../read-json-file.js';
import { type Session } from '../session.js';
import { settleEach } from '../settle-each.js';
import { withPageOptions } from './page-options.js';

const EXAMPLES = `
Examples:
  $ bomba-sync quarantine list --collection bills
  $ bomba-sync quarantine show ID
  $ bomba-sync quarantine retry ID ANOTHER-ID
  $ bomba-sync quarantine show ID --document > bill.json    then correct it, and
  $ bomba-sync quarantine edit ID bill.json
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
    .option('--document', 'the document alone, as extended JSON that edit takes')
    .action(on(showEntry));
  quarantine
    .command('edit <id> <file>')
    .description(
      'put a corrected document in its place, as a new write; the file holds what show --document prints',
    )
    .action(on(editEntry));
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

async function showEntry(
  session: Session,
  id: string,
  { document }: { readonly document?: boolean },
): Promise<ExitCode> {
  const entry = await session.api.get<QuarantinedDocument>(pathOf(id));
  if (document) session.answer(documentOf(entry.value), wholeDocumentLines);
  else session.answer(entry, quarantinedLines);
  return exitCodes.done;
}

async function editEntry(session: Session, id: string, file: string): Promise<ExitCode> {
  const body = `{"document":${await readJsonFile(file, session.shell)}}`;
  const answer = await session.api.post(`${pathOf(id)}/edit`, { body });
  session.answer(answer, () => [`${toWord(fromWord(id))} is corrected, and on its way`]);
  return exitCodes.done;
}

function pathOf(id: string): string {
  return `/quarantine/${encodeURIComponent(fromWord(id))}`;
}
