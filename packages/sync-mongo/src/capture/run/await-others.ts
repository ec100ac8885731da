import { type Binary } from 'mongodb';
import { fromBinary } from '../../bson/stamp-binary.js';
import { narrow } from '../rewrite/pinned-id.js';
import { DELETING, DIRTY } from '../rewrite/sync-meta.js';
import { isInTransaction, readingOptions } from './call-options.js';
import { type DeleteRequest } from './delete-request.js';
import { finishDeletions, ownDeletions } from './finish-deletions.js';
import { readMarked } from './read-marked.js';
import { UNDER_WAY_MS } from './write-id.js';

const FIRST_POLL_MS = 1;
const MAX_POLL_MS = 50;

/**
 * Waits until no other delete is under way on what the filter matches, so that each document is counted by the delete
 * that marked it. False where that takes too long, and in a transaction, which would never see it: then its mark may be
 * taken over.
 */
export async function awaitOthers(request: DeleteRequest, staleBefore: Binary): Promise<boolean> {
  if (isInTransaction(request.options)) return false;
  const { deletes, time } = request.target;
  if (deletes.hasLeftAny) await finishLeft(request);
  const deadline = time.monotonic() + UNDER_WAY_MS;
  for (let pollMs = FIRST_POLL_MS; await isUnderWay(request, staleBefore); pollMs *= 2) {
    if (time.monotonic() >= deadline) return false;
    await time.sleep(Math.min(pollMs, MAX_POLL_MS));
  }
  return true;
}

async function isUnderWay({ target, filter, options }: DeleteRequest, staleBefore: Binary): Promise<boolean> {
  const query = narrow(narrow(filter, DELETING, true), DIRTY, { $gte: staleBefore });
  const found = readMarked(target, { filter: query, options, matching: readingOptions(options), limit: 1 });
  for await (const page of found) return page.length > 0;
  return false;
}

/** Finishes what a delete of this process has marked before it failed, in its name. */
async function finishLeft({ target, filter, options }: DeleteRequest): Promise<void> {
  const query = { filter: narrow(filter, DELETING, true), options, matching: readingOptions(options) };
  for await (const page of readMarked(target, query)) {
    const left = ownDeletions(page).filter(({ pending }) => {
      const id = fromBinary(pending);
      return id !== null && target.deletes.hasLeft(id);
    });
    await finishDeletions(target, left, options);
  }
}
