import { describe, expect, it } from '@jest/globals';
import { sendUpserts } from '../../../src/side/send-upserts.js';

const DUPLICATE_KEY = 11_000;

/** A server on which these writes fail with this code, as often as is said. */
function serverThatFails(times: Readonly<Record<string, number>>, code = DUPLICATE_KEY) {
  const left: Record<string, number> = { ...times };
  const sent: (readonly string[])[] = [];
  const send = (open: readonly string[]) => {
    sent.push(open);
    const failures = open.flatMap((write, index) => {
      const count = left[write] ?? 0;
      left[write] = count - 1;
      return count > 0 ? [{ index, code }] : [];
    });
    return Promise.resolve({ failures });
  };
  return { send, sent };
}

describe('upserts', () => {
  it('are sent at once, and no more where none collides', async () => {
    const { send, sent } = serverThatFails({});
    expect(await sendUpserts(['a', 'b'], send)).toEqual([]);
    expect(sent).toEqual([['a', 'b']]);
  });

  it('are not sent where there are none', async () => {
    const { send, sent } = serverThatFails({});
    expect(await sendUpserts([], send)).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('are sent again where they collide, those alone', async () => {
    const { send, sent } = serverThatFails({ b: 2, c: 1 });
    expect(await sendUpserts(['a', 'b', 'c'], send)).toEqual([]);
    expect(sent).toEqual([['a', 'b', 'c'], ['b', 'c'], ['b']]);
  });

  it('are told where they still collide at the third try', async () => {
    const { send, sent } = serverThatFails({ b: 9 });
    expect(await sendUpserts(['a', 'b'], send)).toEqual(['b']);
    expect(sent).toHaveLength(3);
  });

  it('end with an error where one fails otherwise', async () => {
    const { send } = serverThatFails({ a: 1 }, 91);
    await expect(sendUpserts(['a'], send)).rejects.toMatchObject({ code: 'SYNC_WRITE_TRANSIENT' });
  });
});
