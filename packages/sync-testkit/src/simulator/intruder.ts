import { type DocumentKey } from '@bomba/sync-core';
import { plainDocument } from '@bomba/sync-core/memory';
import { toBody, toHistory, union } from './history.js';
import { type World } from './world.js';

/** Somebody else's program writes on Atlas, past bomba-sync: edits in place, replaces, deletes, or inserts. */
export function intrude({ atlas, ghosts, ledger, random, nowMs: atMs }: World, key: DocumentKey): void {
  const document = atlas.documents.get(key);
  const choice = random.fraction();
  if (document && choice < 0.6) {
    const write = ledger.record(key, { atMs, acknowledged: false });
    ledger.foreign.add(write);
    const body = toBody(union(toHistory(document.body), [write]));
    if (choice < 0.3) atlas.editInPlace(key, body);
    else {
      ledger.shown.add(write);
      atlas.replaceInPlace(key, body);
    }
  } else if (document && choice < 0.75) {
    for (const write of toHistory(document.body)) ledger.foreign.add(write);
    ledger.keep(key, toHistory(document.body));
    atlas.erase(key);
  } else if (!document) {
    const write = ledger.record(key, { atMs, acknowledged: false });
    ledger.foreign.add(write);
    atlas.write(key, plainDocument(toBody(union(ghosts.get(key), [write]))));
  }
}
