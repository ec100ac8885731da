import { CliError } from './cli-error.js';
import { exitCodes } from './exit-code.js';
import { type Shell } from './shell.js';

/** The text of a file that holds JSON: it is sent as it stands, so that no number in it is read and written anew. */
export async function readJsonFile(path: string, shell: Pick<Shell, 'readFile'>): Promise<string> {
  const text = await shell.readFile(path).catch(() => {
    throw new CliError(exitCodes.usage, 'The file of the document cannot be read.');
  });
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new CliError(exitCodes.usage, 'The file holds no JSON.');
  }
}
