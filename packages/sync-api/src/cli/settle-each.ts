import { CliError } from './cli-error.js';
import { type ExitCode, exitCodes } from './exit-code.js';
import { fromWord, toWord } from './printing/record-id.js';
import { type Session } from './session.js';

/** What is done with a record, and what is said of it then. */
export interface Settling {
  readonly pathOf: (id: string) => string;
  readonly done: string;
}

/** Does the same with each record. One that the server refuses does not hold up the others. */
export async function settleEach(
  session: Session,
  words: readonly string[],
  { pathOf, done }: Settling,
): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done;
  for (const id of words.map(fromWord)) {
    try {
      const answer = await session.api.post(pathOf(encodeURIComponent(id)));
      session.answer(answer, () => [`${toWord(id)} ${done}`]);
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode !== exitCodes.refused) throw error;
      session.note(`${toWord(id)} stays as it is.`);
      session.refusal(error);
      code = exitCodes.refused;
    }
  }
  return code;
}
