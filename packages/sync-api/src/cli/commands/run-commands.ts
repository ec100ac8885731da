import { type FullSyncReport } from '@bomba/sync-core';
import { type CommandGroup } from '../command-group.js';
import { exitCodes } from '../exit-code.js';
import { runLines, runsLines } from '../printing/print-run.js';
import { fromWord } from '../printing/record-id.js';
import { watchToEnd } from '../run-to-end.js';

const EXAMPLES = `
Examples:
  $ bomba-sync runs list --limit 5
  $ bomba-sync runs follow ID
  $ bomba-sync runs cancel ID`;

const pathOf = (id: string): string => `/full/${encodeURIComponent(fromWord(id))}`;

/** Full syncs, running or ended. */
export const addRunCommands: CommandGroup = (program, on) => {
  const runs = program
    .command('runs')
    .description('full syncs of this branch: see them, watch one, or have one end')
    .addHelpText('after', EXAMPLES);
  runs
    .command('list')
    .description('newest first')
    .option('--limit <count>', 'how many, at most 200')
    .action(
      on(async (session, { limit }: { readonly limit?: string }) => {
        const query = limit === undefined ? '' : `?limit=${encodeURIComponent(limit)}`;
        const answer = await session.api.get<{ readonly items: readonly FullSyncReport[] }>(`/full${query}`);
        session.answer(answer, ({ items }, style) => runsLines(items, style));
        return exitCodes.done;
      }),
    );
  runs
    .command('show <id>')
    .description('how one stands, and what it found')
    .action(
      on(async (session, id: string) => {
        session.answer(await session.api.get<FullSyncReport>(pathOf(id)), runLines);
        return exitCodes.done;
      }),
    );
  runs
    .command('follow <id>')
    .description('watch one to its end; Ctrl-C leaves it to itself')
    .action(on((session, id: string) => watchToEnd(session, fromWord(id), new AbortController().signal)));
  runs
    .command('cancel <id>')
    .description('have one end at its next step; what was repaired stays so')
    .action(
      on(async (session, id: string) => {
        session.answer(await session.api.post<FullSyncReport>(`${pathOf(id)}/cancel`), runLines);
        return exitCodes.done;
      }),
    );
};
