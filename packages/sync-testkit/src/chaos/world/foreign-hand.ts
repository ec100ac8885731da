import { type Collection } from 'mongodb';
import { ATLAS, type LoggedWrite } from '../checker/recorded-history.js';
import { type ForeignWrite } from '../plan/history-plan.js';

/** A document as a foreign hand sees it. */
export interface ForeignDocument {
  readonly _id: string;
  readonly v: string;
  readonly w: string;
  readonly n: number;
}

/** Writes on Atlas as mongosh would, past bomba-sync. Resolves with what it did. */
export async function writeForeign(
  documents: Collection<ForeignDocument>,
  { way, key }: ForeignWrite,
  token: string,
): Promise<LoggedWrite> {
  const begunAtMs = Date.now();
  const done = await byWay[way](documents, key, token);
  return {
    ...{ token, place: ATLAS, way: `foreign ${way}`, begunAtMs, outcome: 'acknowledged', counts: null },
    ...{ effects: [{ key, kind: way }], ...done },
  };
}

const byWay: Readonly<
  Record<
    ForeignWrite['way'],
    (documents: Collection<ForeignDocument>, key: string, token: string) => Promise<Partial<LoggedWrite>>
  >
> = {
  edit: async (documents, key, token) => {
    const change = { $set: { v: token, w: token }, $inc: { n: 1 } };
    const { modifiedCount } = await documents.updateOne({ _id: key }, change);
    return { counts: { written: modifiedCount, deleted: null } };
  },
  put: async (documents, key, token) => {
    const document = { v: token, w: token, n: 1 };
    await documents.replaceOne({ _id: key }, document, { upsert: true });
    return { counts: { written: 1, deleted: null } };
  },
  delete: async (documents, key) => {
    const found = await documents.findOneAndDelete({ _id: key });
    return { removed: found?.v ?? null };
  },
};
