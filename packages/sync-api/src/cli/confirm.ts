import { CliError } from './cli-error.js';
import { exitCodes } from './exit-code.js';
import { type Shell } from './shell.js';

/** Goes on only where a person says yes, or said so by `--yes`. */
export async function confirm(
  shell: Pick<Shell, 'ask' | 'canAsk'>,
  question: string,
  isSure: boolean | undefined,
): Promise<void> {
  if (isSure) return;
  if (!shell.canAsk)
    throw new CliError(exitCodes.usage, 'Nobody can be asked here: say --yes where it is meant.');
  const said = await shell.ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(said.trim())) throw new CliError(exitCodes.refused, 'Nothing was changed.');
}
