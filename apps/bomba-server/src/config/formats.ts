import convict from 'convict';
import { parseDatabaseUri } from './database-uri.js';

/** How a text of the environment becomes a value; `undefined` refuses it. */
interface Format {
  readonly expected: string;
  readonly parse: (text: string) => unknown;
  /** True where the text itself must not be repeated to anybody. */
  readonly secret?: true;
}

const longestTimerMs = 2 ** 31 - 1;

function parseWhole(text: string, min: number, max: number): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

function parseFlag(text: string): boolean | undefined {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  return /^(false|0|no|off)$/i.test(text) ? false : undefined;
}

const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const parseIfMatching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);

const formats = {
  flag: { expected: 'true or false', parse: parseFlag },
  port: {
    expected: 'a whole number from 0 (any free port) to 65535',
    parse: (text) => parseWhole(text, 0, 65_535),
  },
  host: { expected: 'a host name or address without scheme and port', parse: parseIfMatching(/^[\w.:-]+$/) },
  count: { expected: 'a whole number of at least 1', parse: (text) => parseWhole(text, 1, longestTimerMs) },
  'duration-ms': {
    expected: `a whole number of milliseconds from 1 to ${longestTimerMs}`,
    parse: (text) => parseWhole(text, 1, longestTimerMs),
  },
  branch: {
    expected: '1 to 8 capital letters or digits, such as CAI',
    parse: parseIfMatching(/^[A-Z0-9]{1,8}$/),
  },
  collections: {
    expected: 'collection names separated by commas',
    parse: (text) => (/[$\0]/.test(text) ? undefined : splitList(text)),
  },
  'api-keys': {
    expected: 'printable keys without spaces, separated by commas',
    parse: (text) =>
      splitList(text).every((key) => /^[\x21-\x7e]+$/.test(key)) ? splitList(text) : undefined,
    secret: true,
  },
  'database-uri': {
    expected:
      'a MongoDB connection string, mongodb://host:port/database or mongodb+srv://host/database, with special ' +
      'characters of the password percent-encoded and only options that the driver knows',
    parse: (text) => (parseDatabaseUri(text) === undefined ? undefined : text),
    secret: true,
  },
} satisfies Readonly<Record<string, Format>>;

/** The name of a format of {@link registerFormats}. */
export type FormatName = keyof typeof formats;

function refuse(expected: string, value: unknown): never {
  const got = typeof value === 'string' ? `, not ${JSON.stringify(value.slice(0, 60))}` : '';
  throw new Error(`must be ${expected}${got}`);
}

/** Teaches convict the formats of this server. Convict keeps them for the whole process: call it once. */
export function registerFormats(): void {
  for (const [name, format] of Object.entries<Format>(formats)) {
    convict.addFormat({
      name,
      coerce: (value: unknown) => (typeof value === 'string' ? (format.parse(value) ?? value) : value),
      validate: (value: unknown) => {
        if (typeof value !== 'string' || format.parse(value) !== undefined) return;
        refuse(format.expected, format.secret === true ? undefined : value);
      },
    });
  }
}

/** A format that admits these words only. */
export function oneOf(words: readonly string[]): (value: unknown) => void {
  return (value) => {
    if (!words.some((word) => word === value)) refuse(`one of ${words.join(', ')}`, value);
  };
}
