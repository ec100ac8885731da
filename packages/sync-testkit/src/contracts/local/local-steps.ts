import assert from 'node:assert/strict';
import {
  type DocumentKey,
  type Expected,
  type LocalDocument,
  type LocalTombstone,
  type Stamp,
  type StoredState,
  type VersionInfo,
} from '@bomba/sync-core';
import { type ContractDocument, type LocalSideFixture } from './local-side-fixture.js';

/** What informs people of a version of another branch. */
export const INFO: VersionInfo = { version: 3, conflictCount: 1, instanceId: 'instance-a' };

/** The marks of a clean document. */
export function clean(stamp: Stamp | null): Expected {
  return { stamp, dirty: null, held: false };
}

/** The marks of a dirty document. */
export function dirty(stamp: Stamp | null, id: Stamp): Expected {
  return { stamp, dirty: id, held: false };
}

/** A state as pull stores it. */
export function stateOf(
  { digestOf }: LocalSideFixture,
  { body }: ContractDocument,
  stamp: Stamp,
): StoredState {
  return { stamp, body, digest: digestOf(body), info: INFO };
}

/** Puts a clean document there, as pull does. */
export async function pulled(
  fixture: LocalSideFixture,
  document: ContractDocument,
  stamp: Stamp,
): Promise<void> {
  const entries = [{ key: document.key, state: stateOf(fixture, document, stamp) }];
  assert.deepEqual(await fixture.side.run({ side: 'local', op: 'insert', entries }), [true]);
}

/** The document of a key. */
export async function look({ side }: LocalSideFixture, key: DocumentKey): Promise<LocalDocument | null> {
  const [found] = await side.run({ side: 'local', op: 'readDocuments', entries: [key] });
  return found ?? null;
}

/** What Local knows of a key's deletion. */
export async function lookAtTombstone(
  { side }: LocalSideFixture,
  key: DocumentKey,
): Promise<LocalTombstone | null> {
  const [found] = await side.run({ side: 'local', op: 'readTombstones', entries: [key] });
  return found ?? null;
}

/** Proves what a key holds: its content and its marks. */
export async function assertHolds(
  fixture: LocalSideFixture,
  { key, body }: ContractDocument,
  marks: Expected,
): Promise<LocalDocument> {
  const found = await look(fixture, key);
  assert.ok(found, `${key} is absent`);
  assert.equal(hex(found.body), hex(body), 'its content');
  assert.deepEqual({ stamp: found.stamp, dirty: found.dirty, held: found.held }, { ...marks }, 'its marks');
  return found;
}

/** Bytes, to be compared whatever class they are of. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
