import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';

/** What no shell has a meaning for. */
const PLAIN = /[^A-Za-z0-9_.:/@+,-]/gu;

/**
 * The id of a record as one word that can be copied back into a command: ids hold spaces, and the `_id` of a document,
 * which may be any text. What is not plain is written as in a URL.
 */
export function toWord(id: string): string {
  return id.replace(PLAIN, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`)
      .join(''),
  );
}

/** The id that was meant: a word of {@link toWord}, or an id as JSON has it, which the space in it tells. */
export function fromWord(word: string): string {
  if (word.includes(' ')) return word;
  try {
    return decodeURIComponent(word);
  } catch {
    throw new CliError(
      exitCodes.usage,
      'That is no id of a list: copy it from there, or from --json in quotes.',
    );
  }
}
