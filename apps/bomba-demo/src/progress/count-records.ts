import { type MongoClient } from 'mongodb';

/** How many of the expected records each side has. */
export interface SideCount {
  readonly side: string;
  readonly count: number;
}

/** Counts the documents of these collections on each side. */
export async function countRecords(
  clients: ReadonlyMap<string, MongoClient>,
  collections: readonly string[],
): Promise<readonly SideCount[]> {
  return Promise.all(
    [...clients].map(async ([side, client]) => {
      const counts = await Promise.all(
        collections.map((collection) => client.db().collection(collection).estimatedDocumentCount()),
      );
      return { side, count: counts.reduce((sum, count) => sum + count, 0) };
    }),
  );
}

/** One line that shows how far each side is. */
export function progressLine(counts: readonly SideCount[], expected: number): string {
  const bars = counts.map(({ side, count }) => `${side} ${bar(count, expected)} ${count}/${expected}`);
  return bars.join('   ');
}

const BAR_LENGTH = 16;

function bar(count: number, expected: number): string {
  const filled =
    expected === 0 ? BAR_LENGTH : Math.min(BAR_LENGTH, Math.floor((count / expected) * BAR_LENGTH));
  return '█'.repeat(filled) + '░'.repeat(BAR_LENGTH - filled);
}
