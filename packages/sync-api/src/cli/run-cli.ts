import { CommanderError } from 'commander';
import { CliError } from './cli-error.js';
import { createProgram } from './create-program.js';
import { type ExitCode, exitCodes } from './exit-code.js';
import { type Shell } from './shell.js';

/** Does what was typed, and says how that ended. Rejects only where this program is wrong. */
export async function runCli(shell: Shell, version: string): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = createProgram({
    shell,
    version,
    end: (code) => {
      exitCode = code;
    },
  });
  try {
    await program.parseAsync(shell.args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has printed what it has to say: help and version that were asked for are no mistake.
    if (error instanceof CommanderError) {
      const isHelp = ['commander.helpDisplayed', 'commander.version'].includes(error.code);
      return isHelp ? exitCodes.done : exitCodes.usage;
    }
    if (!(error instanceof CliError)) throw error;
    shell.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}
