import {
  type Content,
  type FinalState,
  type KeptState,
  type LoggedWrite,
  type RecordedHistory,
  type Sighting,
  type Silence,
  type VersionSighting,
} from '../../../src/chaos/index.js';

type Kind = 'put' | 'edit' | 'delete';

/** Tells a history by hand: what was written, what each server showed, and how it ended. Each step is 10 ms later. */
export class HistoryBuilder {
  readonly #writes: LoggedWrite[] = [];
  readonly #sightings: Sighting[] = [];
  readonly #versions: VersionSighting[] = [];
  readonly #silences: Silence[] = [];
  readonly #kept: KeptState[] = [];
  readonly #ends = new Map<string, Content | null>();
  #leftovers: readonly string[] = [];
  #atMs = 0;

  /** A write that was logged and acknowledged; `shows` says what its own server showed of it, `false`: nothing. */
  write(place: string, kind: Kind, token: string, shows: Partial<Content> | false = {}): this {
    const isDelete = kind === 'delete';
    const counts = isDelete ? { written: null, deleted: 1 } : { written: 1, deleted: null };
    const effects = [{ key: 'k', kind }];
    const begunAtMs = (this.#atMs += 10);
    this.#writes.push({ token, place, way: kind, effects, begunAtMs, outcome: 'acknowledged', counts });
    if (shows === false) return this;
    return isDelete ? this.removal(place, { isMarked: true }) : this.sight(place, token, shows.n, shows.copy);
  }

  /** A write whose process died before it was told. */
  unanswered(): this {
    const write = this.#writes.pop();
    if (write) this.#writes.push({ ...write, outcome: 'open', counts: null });
    return this;
  }

  /** A foreign deletion on Atlas, of that content. */
  foreignDelete(token: string, removed: string): this {
    const effects = [{ key: 'k', kind: 'delete' }] as const;
    const begunAtMs = (this.#atMs += 10);
    const told = { outcome: 'acknowledged', counts: null, removed } as const;
    this.#writes.push({ token, place: 'atlas', way: 'foreign delete', effects, begunAtMs, ...told });
    return this.removal('atlas');
  }

  /** A server shows content: of a write of its own, or brought by sync. */
  sight(place: string, token: string, n = 1, copy = token): this {
    const atMs = (this.#atMs += 10);
    this.#sightings.push({ place, key: 'k', content: { token, copy, n }, wasMarked: false, atMs });
    return this;
  }

  /** A server shows a removal: by sync, or, where the document was marked, by the application. */
  removal(place: string, { isMarked = false } = {}): this {
    const atMs = (this.#atMs += 10);
    this.#sightings.push({ place, key: 'k', content: null, wasMarked: isMarked, atMs });
    return this;
  }

  /** A server shows that a document has a version now, of that write. */
  version(place: string, token: string, stamp: string): this {
    this.#versions.push({ place, key: 'k', stamp, token, atMs: (this.#atMs += 10) });
    return this;
  }

  /** Nothing that a branch asked for meanwhile was answered. */
  silence(place: string, happened: (history: this) => void): this {
    const fromMs = (this.#atMs += 10);
    happened(this);
    this.#silences.push({ place, fromMs, untilMs: (this.#atMs += 10) });
    return this;
  }

  keep(token: string, n = 1): this {
    this.#kept.push({ key: 'k', content: { token, copy: token, n } });
    return this;
  }

  /** All sides end with that content, or with nothing. */
  end(token: string | null, n = 1): this {
    for (const place of ['atlas', 'a', 'b']) this.endAt(place, token, n);
    return this;
  }

  endAt(place: string, token: string | null, n = 1): this {
    this.#ends.set(place, token === null ? null : { token, copy: token, n });
    return this;
  }

  leave(...leftovers: readonly string[]): this {
    this.#leftovers = leftovers;
    return this;
  }

  get history(): RecordedHistory {
    const finals = [...this.#ends].map(([place, content]): FinalState => {
      const contents = new Map(content ? [['k', content] as const] : []);
      const fingerprints = new Map([...contents].map(([key, of]) => [key, JSON.stringify(of)]));
      return { place, contents, fingerprints, leftovers: this.#leftovers };
    });
    return {
      writes: this.#writes,
      sightings: this.#sightings,
      versions: this.#versions,
      silences: this.#silences,
      kept: this.#kept,
      finals,
    };
  }
}
