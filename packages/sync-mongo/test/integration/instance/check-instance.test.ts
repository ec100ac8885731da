import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Collection, type Document } from 'mongodb';
import { checkInstance } from '../../../src/instance/check-instance.js';
import { type InstanceStore } from '../../../src/instance/instance-store.js';
import { type InstanceWorld, openInstanceWorld } from './instance-world.js';

let world: InstanceWorld;
let store: InstanceStore;

beforeAll(async () => {
  world = await openInstanceWorld();
});
beforeEach(async () => {
  store = await world.empty();
});
afterAll(() => world.stop());

const check = (): ReturnType<typeof checkInstance> => checkInstance(store, world.atlas);
const onLocal = (): Collection<Document & { _id: string }> => world.local.collection('_sync_metadata');
const onAtlas = (): Collection<Document & { _id: string }> => world.atlas.collection('_sync_instances');

describe('the instance of a branch', () => {
  it('has one name over all starts, and its counter grows on both sides', async () => {
    const first = await check();
    expect(first).toMatchObject({ verdict: 'normal' });
    expect(first.instanceId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    for (let i = 0; i < 3; i += 1) expect(await check()).toEqual(first);
    expect(await onAtlas().findOne({ _id: first.instanceId })).toMatchObject({ counter: 4 });
    expect(await store.load()).toMatchObject({ seen: 4, next: 4 });
  });

  it('is normal wherever a process died while it moved the counters on', async () => {
    const { instanceId } = await check();
    await store.announce(instanceId, 2); // died before Atlas was written
    expect(await check()).toEqual({ verdict: 'normal', instanceId });
    await store.announce(instanceId, 4);
    await onAtlas().updateOne({ _id: instanceId }, { $set: { counter: 4 } }); // died before Local was confirmed
    expect(await check()).toEqual({ verdict: 'normal', instanceId });
  });

  it('is normal after a process that was suspended while it moved the counters on', async () => {
    const { instanceId } = await check();
    await store.announce(instanceId, 2); // suspended: another one takes over
    for (let i = 0; i < 2; i += 1) expect(await check()).toEqual({ verdict: 'normal', instanceId });
    await store.confirm(instanceId, 2);
    expect(await check()).toEqual({ verdict: 'normal', instanceId });
  });

  it.each([0, 1])(
    'is normal where %i was moved on between the look and the write by less',
    async (starts) => {
      for (let i = 0; i < starts; i += 1) await check();
      const { instanceId } = await store.load();
      await store.announce(instanceId, starts + 1); // its request is on its way
      const announce = store.announce.bind(store);
      jest.spyOn(store, 'announce').mockImplementationOnce(async (...next) => {
        await announce(...next);
        await onAtlas().updateOne({ _id: instanceId }, { $set: { counter: starts + 1 } }, { upsert: true });
      });
      for (let i = 0; i < 2; i += 1) expect(await check()).toEqual({ verdict: 'normal', instanceId });
    },
  );

  it('goes on with an Atlas that was restored once its operator has accepted that', async () => {
    const { instanceId } = await check();
    for (let i = 0; i < 3; i += 1) await check();
    await onAtlas().updateOne({ _id: instanceId }, { $set: { counter: 1 } });
    const accepted = await checkInstance(store, world.atlas, { isAccepted: true });
    expect(accepted).toEqual({ verdict: 'normal', instanceId });
    expect(await check()).toEqual({ verdict: 'normal', instanceId });
  });

  it('gets a new name where its database is an older copy', async () => {
    const { instanceId } = await check();
    const copy = await onLocal().findOne({ _id: 'instance' });
    await check();
    await onLocal().replaceOne({ _id: 'instance' }, copy ?? {});
    await onLocal().insertOne({ _id: 'sent:younger than the documents', versions: [] });
    const restored = await check();
    expect(restored.verdict).toBe('renamed');
    expect(await onLocal().countDocuments({ _id: /^sent:/ as never })).toBe(0);
    expect(restored.instanceId).not.toBe(instanceId);
    expect(await check()).toEqual({ verdict: 'normal', instanceId: restored.instanceId });
  });

  it.each([
    ['restored from a backup', { counter: 1 }],
    ['another cluster', null],
  ])('has its operator choose where Atlas is %s, and moves no counter', async (_, found) => {
    const { instanceId } = await check();
    await check();
    await (found ? onAtlas().updateOne({ _id: instanceId }, { $set: found }) : onAtlas().deleteMany({}));
    for (let i = 0; i < 2; i += 1) expect(await check()).toEqual({ verdict: 'atlas-restored', instanceId });
    expect(await store.load()).toMatchObject({ seen: 2 });
  });
});
