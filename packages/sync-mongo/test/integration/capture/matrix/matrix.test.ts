import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Topology } from '@bomba/sync-testkit';
import { type Db } from 'mongodb';
import { type Application, type CapturedWorld, contentOf, openCapturedWorld } from '../captured-world.js';
import { observe, textOf } from '../observation.js';
import { bulkPaths } from './bulk-paths.js';
import { documentPaths } from './document-paths.js';
import { baseOf, expectMarks, type Stored } from './marks.js';
import { type WritePath } from './path.js';
import { queryPaths } from './query-paths.js';
import { tillModels, tillSeeds } from './till-model.js';
import { type Variant, variants } from './variants.js';

const paths: readonly WritePath[] = [...documentPaths, ...queryPaths, ...bulkPaths].sort(
  (a, b) => a.row - b.row,
);
const casesOn = (
  topology: Topology,
): readonly {
  readonly row: number;
  readonly does: string;
  readonly circumstance: string;
  readonly path: WritePath;
  readonly variant: Variant;
}[] =>
  variants
    .filter(({ isTransaction }) => topology === 'replicaSet' || isTransaction !== true)
    .flatMap((variant) =>
      paths
        .filter(({ fail }) => variant.isRefused !== true || fail !== undefined)
        // Given a session, Mongoose refuses these itself; one that it passes on it does not see.
        .filter(({ isParallel }) => !(isParallel && variant.isPassedOn))
        .map((path) => ({ ...path, ...variant, path, variant })),
    );

const dbOf = ({ client, mongoose }: Application): Db => client.db(mongoose.connection.name);

describe('the matrix of write paths', () => {
  it('has every row of the table of paths', () => {
    expect([...new Set(paths.map(({ row }) => row))]).toEqual(Array.from({ length: 31 }, (_, i) => i + 1));
  });
});

for (const topology of ['replicaSet', 'standalone'] as const) {
  describe(`on a ${topology}, with capture as without, marked and hidden`, () => {
    let world: CapturedWorld;
    beforeAll(async () => {
      world = await openCapturedWorld(topology);
      await dbOf(world.captured).createCollection('_sync_tombstones');
    });
    afterAll(() => world.stop());
    beforeEach(async () => {
      await Promise.all([refill(world.captured, true), refill(world.plain, false)]);
    });

    const stored = async (application: Application): Promise<Stored> => ({
      tills: await application.stored('tills'),
      tombstones: await application.stored('_sync_tombstones'),
    });

    it.each(casesOn(topology))('row $row: $does, $circumstance', async ({ path, variant }) => {
      const { captured, plain } = world;
      const before = await stored(captured);
      expect(await seen(captured, { path, variant })).toBe(await seen(plain, { path, variant }));
      const [after, expected] = [await stored(captured), await stored(plain)];
      expect(textOf(after.tills.map(contentOf))).toBe(textOf(expected.tills));
      expectMarks(before, after, path.isMoved === true);
      if (variant.isUndone) expect(after).toEqual(before);
    });
  });
}

async function refill(application: Application, hasMarks: boolean): Promise<void> {
  tillModels(application.mongoose).takeHooks();
  await application.empty();
  const tills = tillSeeds().map((seed, i) =>
    hasMarks ? { ...seed, _syncMeta: { stamp: baseOf(i + 1) } } : seed,
  );
  await dbOf(application).collection('tills').insertMany(tills);
}

/** What the application sees: result or error, and which hooks ran. */
async function seen(
  { mongoose }: Application,
  { path, variant }: { readonly path: WritePath; readonly variant: Variant },
): Promise<string> {
  const models = tillModels(mongoose);
  const act = (variant.isRefused ? path.fail : path.run) ?? path.run;
  const outcome = await observe(() =>
    variant.act(mongoose, (options) => act({ ...models, mongoose, options })),
  );
  return `${outcome}\n${models.takeHooks().join('\n')}`;
}
