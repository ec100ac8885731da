import assert from 'node:assert/strict';
import {
  type AtlasDocument,
  type AtlasTombstone,
  type DocumentKey,
  type PushEntry,
  type PushResult,
  type Stamp,
  type VersionInfo,
} from '@bomba/sync-core';
import { type ContractDocument } from '../local/local-side-fixture.js';
import { hex } from '../local/local-steps.js';
import { type AtlasSideFixture } from './atlas-side-fixture.js';

const INFO: VersionInfo = { version: 2, conflictCount: 0, instanceId: 'instance-b' };

/** A version to push. */
export interface Version {
  readonly document: ContractDocument;
  readonly base: Stamp | null;
  readonly stamp: Stamp;
  /** It is what business logic made of the base. */
  readonly output?: boolean;
}

/** Pushes versions in one batch. */
export function push(
  { side, digestOf }: AtlasSideFixture,
  ...versions: readonly Version[]
): Promise<PushResult> {
  const entries = versions.map(({ document: { key, body }, ...version }): PushEntry => ({
    ...{ key, body, digest: digestOf(body), info: INFO },
    ...version,
  }));
  return side.run({ side: 'atlas', op: 'push', entries });
}

/** The document of a key. */
export async function lookOnAtlas(
  { side }: AtlasSideFixture,
  key: DocumentKey,
): Promise<AtlasDocument | null> {
  const [found] = await side.run({ side: 'atlas', op: 'readDocuments', entries: [key] });
  return found ?? null;
}

/** The deletion of a key. */
export async function lookAtGrave(
  { side }: AtlasSideFixture,
  key: DocumentKey,
): Promise<AtlasTombstone | null> {
  const [found] = await side.run({ side: 'atlas', op: 'readTombstones', entries: [key] });
  return found ?? null;
}

/** Proves what a key holds: its content, its version, and whether a foreign hand shows. */
export async function assertOnAtlas(
  fixture: AtlasSideFixture,
  { key, body }: ContractDocument,
  version: Pick<AtlasDocument, 'stamp' | 'edited'>,
): Promise<AtlasDocument> {
  const found = await lookOnAtlas(fixture, key);
  assert.ok(found, `${key} is absent`);
  assert.equal(hex(found.body), hex(body), 'its content');
  assert.deepEqual({ stamp: found.stamp, edited: found.edited }, { ...version }, 'its version');
  return found;
}
