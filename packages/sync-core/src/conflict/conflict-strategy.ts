/**
 * How two states that had not seen each other are settled: the later write wins, or a function of both chooses a side or
 * returns a merged document. It runs in one place and Atlas orders the results, so it need not be symmetric. It must
 * not change its arguments.
 *
 * @public
 */
export type ConflictStrategy<Document extends object> =
  'last-write-wins' | ((local: Document, atlas: Document) => Document | 'local' | 'atlas');

/** Strategies by collection; `*` is for all others, and last-write-wins where that is missing too. @public */
export type ConflictStrategies<Document extends object> = Readonly<
  Record<string, ConflictStrategy<Document>>
>;

/** The strategy for a collection. @public */
export function strategyFor<Document extends object>(
  configured: ConflictStrategy<Document> | ConflictStrategies<Document>,
  collection: string,
): ConflictStrategy<Document> {
  if (typeof configured !== 'object') return configured;
  const named = (name: string) => (Object.hasOwn(configured, name) ? configured[name] : undefined);
  return named(collection) ?? named('*') ?? 'last-write-wins';
}
