import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { setTimeout as pause } from 'node:timers/promises';
import { type Binary, BSON, type Document } from 'mongodb';
import { startWriting } from '../offline/steady-writer.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

/** Documents of each kind that are planted. */
const EACH = 30;
/** And so many that all have the same: together they make several pages. */
const SAME = 600;
/** How long an application rests between two edits: it leaves room for what is under test. */
const REST_MS = 25;
/** How long ago the states of a key were written, by side. The first of each list is `a`, then `b`, then Atlas. */
const AGES = [
  [1, 2, 3],
  [2, 1, 3],
  [1, 3, 2],
  [3, 1, 2],
  [2, 3, 1],
  [3, 2, 1],
] as const;
type Owner = 'a' | 'b' | 'atlas';

/** A key, and who has a state of it from before there was any sync. */
interface Planted {
  readonly id: string;
  readonly owners: readonly Owner[];
  /** Who wrote later has the smaller; null: no state tells. */
  readonly ageOf: Readonly<Record<Owner, number>> | null;
}

const KINDS: readonly (readonly Owner[])[] = [
  ['a'],
  ['b'],
  ['atlas'],
  ['a', 'b'],
  ['a', 'atlas'],
  ['b', 'atlas'],
  ['a', 'b', 'atlas'],
  ['a', 'b', 'atlas'],
];

function planted(): readonly Planted[] {
  const numbers = Array.from({ length: EACH }, (_, n) => n);
  // The kinds of neighbours differ, so that each page has all.
  return numbers.flatMap((n) =>
    KINDS.map((owners, kind): Planted => {
      const [a, b, atlas] = AGES[n % AGES.length] ?? AGES[0];
      return { id: `${n} ${kind}`, owners, ageOf: n % 7 === 0 ? null : { a, b, atlas } };
    }),
  );
}

const nameOf = (id: string, owner: Owner): string => `${id} of ${owner}`;

async function plant(world: TwoBranches, all: readonly Planted[]): Promise<void> {
  const same = Array.from({ length: SAME }, (_, n) => ({ _id: `same ${n}` as never, name: `same ${n}` }));
  for (const [owner, db] of [
    ['a', world.a.local],
    ['b', world.b.local],
    ['atlas', world.atlas],
  ] as const) {
    const own = all
      .filter(({ owners }) => owners.includes(owner))
      .map(({ id, ageOf }) => ({
        _id: id as never,
        name: nameOf(id, owner),
        ...(ageOf && { updatedAt: new Date(Date.UTC(2021, 0, 10 - ageOf[owner])) }),
      }));
    await db.collection('items').insertMany([...same, ...own]);
  }
}

/** Whose state may be the one that stands, of a key that no application touches. */
function mayStand({ owners, ageOf }: Planted, firstSync: 'atlas' | 'newest'): readonly Owner[] {
  const branches = owners.filter((owner) => owner !== 'atlas');
  if (!owners.includes('atlas')) return branches; // whoever is first is what the other one meets
  if (firstSync === 'atlas' || ageOf === null) return ['atlas'];
  const newer = branches.filter((owner) => ageOf[owner] < ageOf.atlas);
  return newer.length > 0 ? newer : ['atlas'];
}

/** An application edits what was there before, one key after the other: what it was told is written has a tag of its own. */
function startEditing(
  { Item }: BranchProcess,
  { owner, ids }: { readonly owner: Owner; readonly ids: readonly string[] },
): { readonly stop: () => Promise<readonly (readonly [string, string])[]> } {
  let isStopping = false;
  const edit = async (): Promise<readonly (readonly [string, string])[]> => {
    const written: (readonly [string, string])[] = [];
    for (let n = 0; !isStopping; n++) {
      const id = ids[n % ids.length] ?? '';
      const tag = `${owner} ${n}`;
      const { matchedCount } = await Item.collection.updateOne({ _id: id as never }, {
        $push: { tags: tag },
      } as never);
      if (matchedCount > 0) written.push([id, tag]);
      await pause(REST_MS);
    }
    return written;
  };
  const editing = edit();
  editing.catch(() => undefined); // told by stop
  return {
    stop: () => {
      isStopping = true;
      return editing;
    },
  };
}

let world: TwoBranches;
afterEach(async () => world.stop());

const all = planted();
/** Keys that applications edit from the first moment on; of the others the rules alone decide. */
const edited = all.filter(({ owners }, i) => owners.length > 1 && i % 5 === 0);
const untouched = all.filter((one) => !edited.includes(one));

/** Both branches begin at once, over databases of different contents, while their applications work. */
async function startAtOnce(firstSync: 'atlas' | 'newest'): Promise<readonly (readonly [string, string])[]> {
  world = await startTwoBranches();
  await plant(world, all);
  const [a, b] = await Promise.all([world.a.open({ firstSync }), world.b.open({ firstSync })]);
  const writers = [a, b].map(({ Item }) => startWriting(Item));
  const editors = (
    [
      ['a', a],
      ['b', b],
    ] as const
  ).map(([owner, process]) => {
    const ids = edited.filter(({ owners }) => owners.includes(owner)).map(({ id }) => id);
    return startEditing(process, { owner, ids });
  });
  await Promise.all([a, b].map(({ sync }) => sync.start()));
  await waitFor(() => [a, b].every(({ sync }) => sync.status().pushOpen), {
    what: 'both to have compared',
    timeoutMs: 60_000,
  });
  const written = (await Promise.all(editors.map((editor) => editor.stop()))).flat();
  for (const writer of writers) await writer.stop();
  for (const { sync } of [a, b]) await sync.idle({ timeoutMs: 60_000 });
  await world.equal();
  await world.equal('_sync_conflicts');
  for (const { sync } of [a, b]) {
    const { collections } = await sync.fullSync({ dryRun: true, collections: ['items'] });
    expect(collections).toMatchObject([{ differentCount: 0 }]);
  }
  return written;
}

/** Every state of a key that stands or is kept. */
async function statesOf(): Promise<ReadonlyMap<string, readonly Document[]>> {
  const states = new Map<string, Document[]>();
  const add = (id: string, state: Document): void => void states.set(id, [...(states.get(id) ?? []), state]);
  for (const found of await world.atlas.collection('items').find().toArray()) add(String(found._id), found);
  for (const kept of await world.atlas.collection('_sync_conflicts').find().toArray())
    add(String(kept['documentId']).replace('str:', ''), BSON.deserialize((kept['state'] as Binary).value()));
  return states;
}

describe('two branches that meet Atlas for the first time at once, all three with documents of their own', () => {
  it.each(['newest', 'atlas'] as const)(
    'end equal with firstSync %s, and nothing is lost: what does not stand is kept, edits of the first moments too',
    async (firstSync) => {
      const written = await startAtOnce(firstSync);
      const states = await statesOf();
      const standing = (id: string): unknown => states.get(id)?.[0]?.['name'];
      const wrong = untouched.filter(
        (one) => !mayStand(one, firstSync).some((owner) => standing(one.id) === nameOf(one.id, owner)),
      );
      expect(wrong.map(({ id, ageOf }) => [id, ageOf, standing(id)])).toEqual([]);
      const lost = all.flatMap(({ id, owners }) =>
        owners
          .filter((owner) => !states.get(id)?.some(({ name }) => name === nameOf(id, owner)))
          .map((owner) => nameOf(id, owner)),
      );
      expect(lost).toEqual([]);
      const unseen = written.filter(
        ([id, tag]) => !states.get(id)?.some(({ tags }) => (tags as string[] | undefined)?.includes(tag)),
      );
      expect(unseen).toEqual([]);
      expect(written.length).toBeGreaterThan(20);
    },
    120_000,
  );
});
