/** A stamp of the reference: a time, and a tail that is unique per write. */
export interface RefStamp {
  readonly t: number;
  readonly u: number;
}

type MaybeStamp = RefStamp | null;

/** What both sides hold for one key, in the terms of the reference. */
export interface RefView {
  readonly L: {
    readonly stamp: MaybeStamp;
    readonly dirty: MaybeStamp;
    readonly held: boolean;
    readonly deleting: boolean;
    readonly derived: boolean;
    readonly edited: boolean;
  } | null;
  readonly LT: Readonly<Record<'stamp' | 'over' | 'floor' | 'pending' | 'base' | 'last', MaybeStamp>> | null;
  readonly A: { readonly stamp: MaybeStamp; readonly edited: boolean } | null;
  readonly AT: { readonly stamp: RefStamp; readonly base: MaybeStamp; readonly last: MaybeStamp } | null;
  /** Versions that this Local notes having sent. */
  readonly sent: readonly RefStamp[];
  /** Whether L and A hold the same bytes. */
  readonly equal: boolean;
  readonly ceiling: number;
  readonly horizon: number;
}

/** An answer of the reference: its name, and what goes with it. */
export interface RefAnswer {
  readonly do: string;
  readonly [detail: string]: unknown;
}
