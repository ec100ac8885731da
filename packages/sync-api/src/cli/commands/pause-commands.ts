import { type PauseScope } from '@bomba/sync-core';
import { type CommandGroup } from '../command-group.js';
import { exitCodes } from '../exit-code.js';
import { pausesLines } from '../printing/print-status.js';
import { directionOption } from './scope-options.js';

const turns = [
  { name: 'pause', description: 'switch sync off, all of it or a part, also over restarts' },
  { name: 'resume', description: 'switch it on again; what waited goes out' },
];

/** Switches parts of the sync off and on again. */
export const addPauseCommands: CommandGroup = (program, on) => {
  for (const { name, description } of turns) {
    program
      .command(name)
      .description(`${description}; prints what is paused then`)
      .option('--collection <name>', 'this collection only')
      .addOption(directionOption('this direction only'))
      .addHelpText(
        'after',
        `\nExamples:\n  $ bomba-sync ${name}\n  $ bomba-sync ${name} --collection bills --direction local-to-atlas`,
      )
      .action(
        on(async (session, scope: PauseScope) => {
          const path = `/${name}`;
          const answer = await session.api.post<{ readonly paused: readonly PauseScope[] }>(path, {
            body: scope,
          });
          session.answer(answer, ({ paused }, style) => pausesLines(paused, style));
          return exitCodes.done;
        }),
      );
  }
};
