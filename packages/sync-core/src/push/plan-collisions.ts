import { type DocumentKey } from '../document-key/document-key.js';

/** What holds the unique value that a refused document wants. */
export type HeldBy =
  /** Nothing any more. */
  | 'nobody'
  /** A document that is not among the refused ones, and gives the value up soon: something of it waits on Local. */
  | 'waiting'
  /** A document that keeps it. */
  | 'another'
  /** One of the refused documents. */
  | { readonly key: DocumentKey };

/** What to do about documents that were refused for their unique values. Each is in one place. */
export interface CollisionPlan {
  /** Each holds what another one of its ring wants: they exchange their values in one moment. */
  readonly rings: readonly (readonly DocumentKey[])[];
  /** To be sent again, in this order: whoever gives a value up comes before who takes it. */
  readonly again: readonly DocumentKey[];
  /** To be sent again once what waits has been settled. */
  readonly later: readonly DocumentKey[];
  /** What they want stays with others. */
  readonly lost: readonly DocumentKey[];
}

type Fate = 'again' | 'later' | 'lost';

/** Follows who wants whose value: chains end somewhere, and that tells what becomes of them; what does not end is a ring. */
export function planCollisions(wants: ReadonlyMap<DocumentKey, HeldBy>): CollisionPlan {
  const rings: (readonly DocumentKey[])[] = [];
  const plan: Record<Fate, DocumentKey[]> = { again: [], later: [], lost: [] };
  const fates = new Map<DocumentKey, Fate>();
  for (const start of wants.keys()) {
    const chain: DocumentKey[] = [];
    let fate: Fate | null = null;
    for (let key = start; fate === null;) {
      const known = fates.get(key);
      const ringStart = chain.indexOf(key);
      if (known) fate = known;
      else if (ringStart >= 0) {
        const ring = chain.splice(ringStart);
        rings.push(ring);
        for (const member of ring) fates.set(member, 'again');
        fate = 'again';
      } else {
        chain.push(key);
        const heldBy = wants.get(key) ?? 'another';
        if (typeof heldBy === 'string') fate = fateOf[heldBy];
        else key = heldBy.key;
      }
    }
    for (const key of chain.reverse()) {
      fates.set(key, fate);
      plan[fate].push(key);
    }
  }
  return { rings, ...plan };
}

const fateOf: Readonly<Record<Extract<HeldBy, string>, Fate>> = {
  nobody: 'again',
  waiting: 'later',
  another: 'lost',
};
