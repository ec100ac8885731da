import { type Command } from 'commander';
import { ApiClient } from './client/api-client.js';
import { readTarget, type TargetOptions } from './client/target.js';
import { type ExitCode } from './exit-code.js';
import { Session } from './session.js';
import { type Shell } from './shell.js';

/** Options that every command takes. */
export interface GlobalOptions extends TargetOptions {
  readonly json?: boolean;
}

/** Adds the commands of one group to the program. */
export type CommandGroup = (program: Command, on: Acting) => void;

/** What a command does with its operands and options, which are those that it declares. */
export type Act = (session: Session, ...args: never[]) => Promise<ExitCode>;

/** Makes the action of a command: opens a session, and keeps how it ended. */
export type Acting = (act: Act) => (...args: readonly unknown[]) => Promise<void>;

/** Commander hands over the operands, the options and, last, the command. */
export function createActing(shell: Shell, end: (code: ExitCode) => void): Acting {
  return (act) =>
    async (...given) => {
      const command = given.at(-1) as Command;
      const { json = false, ...target } = command.optsWithGlobals<GlobalOptions>();
      const api = new ApiClient(await readTarget(target, shell));
      const args = given.slice(0, -1) as unknown as readonly never[];
      end(await act(new Session({ api, shell, json }), ...args));
    };
}
