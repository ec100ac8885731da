import { Command } from 'commander';
import { type CommandGroup, createActing } from './command-group.js';
import { DEFAULT_URL } from './client/target.js';
import { addConflictCommands } from './commands/conflict-commands.js';
import { addFullCommand } from './commands/full-command.js';
import { addPauseCommands } from './commands/pause-commands.js';
import { addQuarantineCommands } from './commands/quarantine-commands.js';
import { addResyncCommand } from './commands/resync-command.js';
import { addRunCommands } from './commands/run-commands.js';
import { addStatusCommands } from './commands/status-commands.js';
import { type ExitCode } from './exit-code.js';
import { type Shell } from './shell.js';

const groups: readonly CommandGroup[] = [
  addStatusCommands,
  addQuarantineCommands,
  addConflictCommands,
  addFullCommand,
  addRunCommands,
  addPauseCommands,
  addResyncCommand,
];

/** Where nothing is known of a terminal. */
const DEFAULT_WIDTH = 100;

const AFTER_HELP = `
Environment:
  BOMBA_SYNC_URL      where the API is, unless --url says so; else ${DEFAULT_URL}
  BOMBA_SYNC_API_KEY  the key, unless --key-file names its file. There is no option for the key itself:
                      everybody on the machine can read the arguments of a program (ps)

Exit codes:
  0  done
  1  refused by the server, failed, or you did not say yes
  2  wrong usage; nothing was sent
  3  nothing answers, or it is not the API of bomba-sync
  4  a dry run found documents that differ, or the branch is unhealthy
  130  ended by Ctrl-C

Examples:
  $ bomba-sync health
  $ bomba-sync quarantine list
  $ bomba-sync full --dry-run --collections bills,orders
  $ bomba-sync --url https://cairo.example/api/sync --key-file ~/.bomba-key quarantine list --json`;

/** What the program is made with. */
export interface ProgramOptions {
  readonly shell: Shell;
  readonly version: string;
  /** Told how the command ended. */
  readonly end: (code: ExitCode) => void;
}

/** The whole command line. It throws CommanderError instead of ending the process. */
export function createProgram({ shell, version, end }: ProgramOptions): Command {
  const { stdout, stderr } = shell;
  const program = new Command('bomba-sync')
    .description('Watch and steer the sync of a branch, over the HTTP API of its server.')
    .version(version)
    .option('--url <url>', 'where the API is, with the path that it is mounted at')
    .option('--key-file <file>', 'a file that holds the key of the API, and nothing else')
    .option('--insecure', 'send the key over plain HTTP to another machine too')
    .option('--json', 'print answers as they are, for programs')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns || DEFAULT_WIDTH,
      getErrHelpWidth: () => stderr.columns || DEFAULT_WIDTH,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', AFTER_HELP);
  const on = createActing(shell, end);
  for (const add of groups) add(program, on);
  return program;
}
