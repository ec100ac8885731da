import { systemClock } from '../system/system-clock.js';
import { type CaptureOptions } from './capture.js';
import { type SyncedCollections } from './collections/synced-collections.js';
import { Announcer } from './run/announcer.js';
import { optionsOf } from './run/call-options.js';
import { captureForms } from './run/capture-forms.js';
import { type CapturedMethod, type HidingMethod, readMethods, writeMethods } from './run/captured-method.js';
import { CaptureReport } from './run/capture-report.js';
import { DeletesUnderWay } from './run/deletes-under-way.js';
import { hidingForms } from './run/hide-metadata.js';
import { WriteIds } from './run/write-id.js';
import { type TombstoneDocument, type WriteTarget } from './run/write-target.js';
import { type NativeCollection, type NativeMethod, openCollection } from './seam/native-collection.js';
import { type Takeover, wrapCollection } from './seam/wrap-collection.js';

const TOMBSTONES = '_sync_tombstones';

/** What the wrapper works with. */
export type CollectionWrapperOptions = Pick<
  CaptureOptions,
  'clock' | 'time' | 'logger' | 'metrics' | 'onCaptured'
> & {
  readonly collections: SyncedCollections;
};

/** Wraps Mongoose's collection objects: calls to synced collections are captured, all others pass. */
export class CollectionWrapper {
  readonly deletes = new DeletesUnderWay();
  readonly #collections: SyncedCollections;
  readonly #ids: WriteIds;
  readonly #announcer: Announcer;
  readonly #report: CaptureReport;
  readonly #time: WriteTarget['time'];
  readonly #wrapped = new Map<NativeCollection, () => void>();
  #isActive = true;

  constructor({ collections, clock, time, logger, metrics, onCaptured }: CollectionWrapperOptions) {
    this.#collections = collections;
    this.#ids = new WriteIds(clock);
    this.#announcer = new Announcer(onCaptured);
    this.#report = new CaptureReport(logger, metrics);
    this.#time = time ?? systemClock;
  }

  /** Wraps a collection object once. */
  wrap(native: NativeCollection): void {
    if (this.#wrapped.has(native)) return;
    const original = new Map(
      writeMethods.map((method) => [method, Reflect.get(native, method) as NativeMethod]),
    );
    const call: WriteTarget['call'] = async (method, ...args) =>
      (await Reflect.apply(original.get(method) as NativeMethod, native, args)) as never;
    const takeovers: Record<string, Takeover> = {};
    for (const method of writeMethods) takeovers[method] = this.#capturing(native, method, call);
    for (const method of readMethods) takeovers[method] = this.#hiding(native, method);
    this.#wrapped.set(native, wrapCollection(native, takeovers));
  }

  /** Takes all wrappers off. */
  unwrapAll(): void {
    this.#isActive = false;
    for (const unwrap of this.#wrapped.values()) unwrap();
    this.#wrapped.clear();
  }

  #capturing(native: NativeCollection, method: CapturedMethod, call: WriteTarget['call']): Takeover {
    return (beneath, args) => {
      const target = this.#targetOf(native, call);
      if (!target || isExplained(args)) return beneath(...args);
      return (
        this.#attempt(native.name, method, () => captureForms[method]({ target, args })) ?? beneath(...args)
      );
    };
  }

  #hiding(native: NativeCollection, method: HidingMethod): Takeover {
    return (beneath, args) => {
      if (!this.#isActive || !this.#collections.has(native)) return beneath(...args);
      return beneath(...(this.#attempt(native.name, method, () => hidingForms[method](args)) ?? args));
    };
  }

  /** Null where the call is not to be captured, or would not reach the server now. */
  #targetOf(native: NativeCollection, call: WriteTarget['call']): WriteTarget | null {
    if (!this.#isActive || !this.#collections.has(native)) return null;
    const open = openCollection(native);
    if (!open) return null;
    return {
      name: native.name,
      call,
      driver: open.driver,
      tombstones: open.db.collection<TombstoneDocument>(TOMBSTONES),
      ids: this.#ids,
      announcer: this.#announcer,
      report: this.#report,
      deletes: this.deletes,
      time: this.#time,
    };
  }

  /** A failure of our own preparation is reported, and the call goes on as the application made it. */
  #attempt<Result>(collection: string, method: string, prepare: () => Result): Result | null {
    try {
      return prepare();
    } catch (error) {
      this.#report.missed(collection, method, error);
      return null;
    }
  }
}

/** An explained write is not done. */
function isExplained(args: readonly unknown[]): boolean {
  return args.some((argument) => {
    const { explain } = optionsOf(argument);
    return explain !== undefined && explain !== false && argument === args.at(-1);
  });
}
