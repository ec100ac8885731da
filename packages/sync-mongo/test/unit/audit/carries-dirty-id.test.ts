import { describe, expect, it } from '@jest/globals';
import { UUID } from 'mongodb';
import { carriesDirtyId } from '../../../src/audit/carries-dirty-id.js';
import { type StartedCommand, writeStatementsOf } from '../../../src/audit/write-statements.js';
import { markMerge } from '../../../src/capture/rewrite/merge-stage.js';
import { markOut } from '../../../src/capture/rewrite/out-stage.js';

const id = new UUID('01900000-0000-7000-8000-0000000000aa').toBinary();
const command = (commandName: string, fields: object): StartedCommand => ({
  ...{ commandName, databaseName: 'bomba', command: { [commandName]: 'bills', ...fields } },
});
const marks = (started: StartedCommand): readonly boolean[] => writeStatementsOf(started).map(carriesDirtyId);
const aggregate = (...pipeline: readonly object[]): StartedCommand => command('aggregate', { pipeline });

describe('a write statement', () => {
  it('carries a dirty id where its document, its update or its condition has one', () => {
    expect(marks(command('insert', { documents: [{ _syncMeta: { dirty: id } }, { _id: 1 }] }))).toEqual([
      true,
      false,
    ]);
    const updates = [
      { u: { $set: { '_syncMeta.dirty': id } } },
      { u: { $setOnInsert: { '_syncMeta.dirty': id } } },
      { u: { name: 'x', _syncMeta: { dirty: id } } },
      { u: [{ $set: { '_syncMeta.dirty': { $literal: id } } }] },
      { u: { $set: { name: 'x' } } },
      { u: { name: 'x' } },
      { u: [{ $set: { name: 'x' } }] },
    ];
    expect(marks(command('update', { updates }))).toEqual([true, true, true, true, false, false, false]);
    expect(
      marks(command('delete', { deletes: [{ q: { '_syncMeta.dirty': id } }, { q: { _id: 1 } }] })),
    ).toEqual([true, false]);
    expect(marks(command('findAndModify', { remove: true, query: { _id: 1 } }))).toEqual([false]);
    expect(marks(command('findAndModify', { update: { $set: { '_syncMeta.dirty': id } } }))).toEqual([true]);
  });

  it('is not marked by what the application keeps elsewhere', () => {
    const nested = { _syncMeta: { dirty: id } };
    expect(marks(command('insert', { documents: [{ copy: nested }] }))).toEqual([false]);
    expect(
      marks(command('update', { updates: [{ u: [{ $set: { copy: { $literal: nested } } }] }] })),
    ).toEqual([false]);
    expect(marks(command('update', { updates: [{ u: { $set: { '_syncMeta.dirty': 'text' } } }] }))).toEqual([
      false,
    ]);
  });

  it('of a client’s bulk belongs to the collection that it names by its place', () => {
    const bulk = command('bulkWrite', {
      ops: [
        { insert: 1, document: { _syncMeta: { dirty: id } } },
        { update: 0, filter: {}, updateMods: { $set: { n: 1 } } },
        { delete: 1, filter: { '_syncMeta.dirty': id } },
      ],
      nsInfo: [{ ns: 'bomba.a.b' }, { ns: 'other.bills' }],
    });
    expect(marks(bulk)).toEqual([true, false, true]);
    expect(writeStatementsOf(bulk).map(({ database, collection }) => `${database}/${collection}`)).toEqual([
      ...['other/bills', 'bomba/a.b', 'other/bills'],
    ]);
  });

  it('of an aggregation belongs to its target, and is marked by a stage', () => {
    const into = [
      { $merge: 'menus' },
      { $merge: { into: { db: 'other', coll: 'menus' } } },
      { $out: 'menus' },
    ];
    const places = into.flatMap((stage) => writeStatementsOf(aggregate({ $match: {} }, stage)));
    expect(places.map(({ database, collection }) => `${database}/${collection}`)).toEqual([
      ...['bomba/menus', 'other/menus', 'bomba/menus'],
    ]);
    expect(places.map(carriesDirtyId)).toEqual([false, false, false]);
    expect(marks(aggregate(...(markMerge('menus', id) ?? [])))).toEqual([true]);
    expect(marks(aggregate(...markOut(id, null), { $out: 'menus' }))).toEqual([true]);
    expect(marks(aggregate(...markOut(id, 'before'), { $out: 'menus' }))).toEqual([true]);
    expect(marks(aggregate({ $match: {} }))).toEqual([]);
  });
});
