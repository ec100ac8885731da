import { type ExitCode } from './exit-code.js';

/** Why a command ends before it is done. The message is for people, and safe to print. */
export class CliError extends Error {
  override readonly name = 'CliError';

  /** `canRetry`: the same may work a moment later. */
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    readonly canRetry = false,
  ) {
    super(message);
  }
}
