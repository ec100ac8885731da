import { type Fields } from '../rewrite/fields.js';
import { lookOptions } from './call-options.js';
import { type MarkedDocument, markedFields, toMarkedDocument } from './marked-document.js';
import { type WriteTarget } from './write-target.js';

/** How many documents of a delete are in memory at once. */
const PAGE_SIZE = 1_000;

/** Which documents to read, and how. */
export interface MarkedQuery {
  readonly filter: Fields;
  /** The options of the call that reads. */
  readonly options: unknown;
  /** Options that the filter needs. */
  readonly matching?: Fields;
  readonly limit?: number;
}

/** Reads the marks of documents, page by page, over one cursor. */
export async function* readMarked(
  { driver }: WriteTarget,
  { filter, options, matching = {}, limit }: MarkedQuery,
): AsyncGenerator<readonly MarkedDocument[]> {
  const cursor = driver.find(filter, {
    ...{ ...lookOptions(options), ...matching },
    ...{ projection: markedFields, batchSize: PAGE_SIZE },
    // A limit of 0 would make the driver ask for ever larger batches.
    ...(limit === undefined ? {} : { limit }),
  });
  try {
    let page: MarkedDocument[] = [];
    for await (const document of cursor) {
      page.push(toMarkedDocument(document));
      if (page.length < PAGE_SIZE) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  } finally {
    await cursor.close();
  }
}
