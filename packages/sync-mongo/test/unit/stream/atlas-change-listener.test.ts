import { describe, expect, it } from '@jest/globals';
import { type Db, MongoServerError } from 'mongodb';
import { noneExcluded } from '../../../src/fields/excluded-fields.js';
import { AtlasChangeListener } from '../../../src/stream/atlas-change-listener.js';

/** A listener whose stream breaks with that code of the server, at its first question or at a later one. */
function listenerOn(code: number, { isOpen }: { readonly isOpen: boolean }): AtlasChangeListener {
  let questionCount = 0;
  const stream = {
    closed: false,
    resumeToken: { at: 1 },
    bufferedCount: () => 0,
    close: async () => undefined,
    tryNext: async () => {
      if (isOpen && questionCount++ === 0) return null;
      throw new MongoServerError({ message: 'the stream broke', code });
    },
  };
  const db = { watch: () => stream } as unknown as Db;
  const scope = { collections: ['items'], instanceId: 'this-branch', excluded: noneExcluded };
  return new AtlasChangeListener({ db, scope, batchSize: 10 });
}

describe('an event that is too large to be sent', () => {
  const oversize = 10334;

  it.each([
    ['opens', false],
    ['is open', true],
  ])(
    'loses history where the stream %s, as it cannot be passed: both sides are compared',
    async (_, isOpen) => {
      const listener = listenerOn(oversize, { isOpen });
      const ended = listener.start({ resumeAfter: { at: 0 } }).then(() => listener.next());
      await expect(ended).rejects.toMatchObject({ code: 'SYNC_STREAM_HISTORY_LOST' });
    },
  );

  it('is told from a server that cannot at this moment', async () => {
    const listener = listenerOn(50, { isOpen: true });
    const ended = listener.start({ resumeAfter: { at: 0 } }).then(() => listener.next());
    await expect(ended).rejects.toMatchObject({ code: 'SYNC_WRITE_TRANSIENT' });
  });
});
