import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import { type Shell } from '../shell.js';

/** Where the API is, and the key that opens it; null: none is sent. */
export interface Target {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string | null;
}

/** What was typed about it. */
export interface TargetOptions {
  readonly url?: string;
  readonly keyFile?: string;
  /** The key may go over plain HTTP to another machine. */
  readonly insecure?: boolean;
}

/** Where bomba-server has its API unless told otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:3000/api/sync';

const LOOPBACK = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/;
/** What a header can carry. */
const KEY = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/** Finds out where to send what, and refuses to send a key where others could read it. */
export async function readTarget(
  { url: typed, keyFile, insecure = false }: TargetOptions,
  shell: Pick<Shell, 'env' | 'readFile'>,
): Promise<Target> {
  const url = parseUrl(typed ?? (shell.env['BOMBA_SYNC_URL'] || DEFAULT_URL));
  const key = await readKey(keyFile, shell);
  if (key !== null && url.protocol === 'http:' && !LOOPBACK.test(url.hostname) && !insecure) {
    throw usage(
      'The key would go over plain HTTP to another machine, and others could read it. Use https, or say --insecure.',
    );
  }
  return { url: url.href.replace(/\/+$/, ''), key };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw usage(`The address must be one like ${DEFAULT_URL}.`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw usage('The address must have no password, no ? and no #.');
  }
  return url;
}

async function readKey(
  keyFile: string | undefined,
  shell: Pick<Shell, 'env' | 'readFile'>,
): Promise<string | null> {
  const text = keyFile === undefined ? shell.env['BOMBA_SYNC_API_KEY'] : await readKeyFile(keyFile, shell);
  const key = text?.trim() ?? '';
  if (key === '' && keyFile === undefined) return null;
  // The key itself is told to nobody, not even to who typed it.
  if (!KEY.test(key)) throw usage('The key must be one line of plain ASCII characters.');
  return key;
}

async function readKeyFile(path: string, shell: Pick<Shell, 'readFile'>): Promise<string> {
  try {
    return await shell.readFile(path);
  } catch {
    throw usage('The file of the key cannot be read.');
  }
}

function usage(message: string): CliError {
  return new CliError(exitCodes.usage, message);
}
