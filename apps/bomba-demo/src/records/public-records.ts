import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** A document as a public data set has it. */
export type PublicRecord = Readonly<Record<string, unknown>>;

/** The documents of one collection. */
export interface RecordSet {
  readonly collection: string;
  readonly modelName: string;
  readonly records: readonly PublicRecord[];
}

/** Which file of the package `vega-datasets` goes into which collection. */
const sources = [
  { collection: 'movies', modelName: 'Movie', file: 'movies.json' },
  { collection: 'cars', modelName: 'Car', file: 'cars.json' },
  { collection: 'weather', modelName: 'Weather', file: 'weather.csv' },
] as const;

/** Reads the public records from a folder: thousands of movies, cars and weather days that nobody here invented. */
export async function readPublicRecords(directory: string): Promise<readonly RecordSet[]> {
  return Promise.all(
    sources.map(async ({ collection, modelName, file }) => {
      const text = await readFile(join(directory, file), 'utf8');
      return { collection, modelName, records: file.endsWith('.csv') ? fromCsv(text) : fromJson(text) };
    }),
  );
}

function fromJson(text: string): readonly PublicRecord[] {
  return JSON.parse(text) as readonly PublicRecord[];
}

function fromCsv(text: string): readonly PublicRecord[] {
  return parse(text, { columns: true, skipEmptyLines: true, cast: toNumber, bom: true });
}

/** A number where the text is one; names and dates stay text. */
function toNumber(text: string): string | number {
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
