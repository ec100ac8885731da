import { documentsIn } from '../bson/documents-in.js';

/** Documents as a server has sent them, one behind the other in the bytes of its answers, which nobody has taken apart. */
export class RawDocuments {
  static readonly none = new RawDocuments([], []);

  readonly #bytes: readonly Buffer[];
  readonly #starts: readonly number[];

  private constructor(bytes: readonly Buffer[], starts: readonly number[]) {
    this.#bytes = bytes;
    this.#starts = starts;
  }

  static of(documents: readonly Uint8Array[]): RawDocuments {
    const bytes = Buffer.concat(documents);
    let start = 0;
    const starts = documents.map(({ length }) => (start += length) - length);
    return new RawDocuments(new Array<Buffer>(starts.length).fill(bytes), starts);
  }

  /** Those of a BSON array, which are not copied. Throws a RangeError where it is none of documents. */
  static inArray(bytes: Buffer): RawDocuments {
    const starts = documentsIn(bytes);
    return new RawDocuments(new Array<Buffer>(starts.length).fill(bytes), starts);
  }

  get length(): number {
    return this.#starts.length;
  }

  get byteCount(): number {
    let count = 0;
    for (let i = 0; i < this.length; i++) count += this.endOf(i) - this.startOf(i);
    return count;
  }

  bytesOf(index: number): Buffer {
    return this.#bytes[index] ?? nothing;
  }

  startOf(index: number): number {
    return this.#starts[index] ?? 0;
  }

  endOf(index: number): number {
    const start = this.startOf(index);
    return start + this.bytesOf(index).readInt32LE(start);
  }

  at(index: number): Buffer {
    return this.bytesOf(index).subarray(this.startOf(index), this.endOf(index));
  }

  *[Symbol.iterator](): Generator<Buffer> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  slice(from: number, to?: number): RawDocuments {
    return new RawDocuments(this.#bytes.slice(from, to), this.#starts.slice(from, to));
  }

  concat(other: RawDocuments): RawDocuments {
    if (this.length === 0) return other;
    return new RawDocuments([...this.#bytes, ...other.#bytes], [...this.#starts, ...other.#starts]);
  }

  /** The same, copied where most of the answers they came in is something else: that would be held with them. */
  compact(): RawDocuments {
    let held = 0;
    for (const bytes of new Set(this.#bytes)) held += bytes.length;
    return held > 2 * this.byteCount ? RawDocuments.of([...this]) : this;
  }

  /** Those of which it is true. */
  filter(belongs: (index: number) => boolean): RawDocuments {
    let count = 0;
    while (count < this.length && belongs(count)) count++;
    if (count === this.length) return this;
    const indexes = this.#starts.map((_, i) => i).filter((i) => i < count || (i > count && belongs(i)));
    return new RawDocuments(
      indexes.map((i) => this.bytesOf(i)),
      indexes.map((i) => this.startOf(i)),
    );
  }
}

const nothing = Buffer.from([5, 0, 0, 0, 0]);
