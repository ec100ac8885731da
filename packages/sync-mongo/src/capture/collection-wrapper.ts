import { captureBuilder } from './builder/capture-builder.js';
import { bulkWrite } from './bulk/bulk-write.js';
import { type DropPlace, type Drops } from './drop/drops.js';
import { optionsOf } from './run/call-options.js';
import { captureForms } from './run/capture-forms.js';
import {
  builderMethods,
  type BuildingMethod,
  type CapturedMethod,
  type HidingMethod,
  readMethods,
  writeMethods,
} from './run/captured-method.js';
import { hideIndexes } from './run/hide-indexes.js';
import { hidingForms } from './run/hide-metadata.js';
import { hideProjected } from './run/hide-projected.js';
import { writeAllBare, writeBare } from './run/write-bare.js';
import { type WriteTarget } from './run/write-target.js';
import { type AggregationTakeover, wrapAggregation } from './seam/aggregation-cursor.js';
import { type NativeCollection, type NativeMethod } from './seam/native-collection.js';
import { type Takeover, wrapCollection } from './seam/wrap-collection.js';
import { type WriteTargets } from './write-targets.js';

/** What the wrapper works with. */
export interface CollectionWrapperOptions {
  readonly targets: WriteTargets;
  readonly drops: Drops;
  /** Takes over aggregations that write. */
  readonly onAggregation: (native: NativeCollection) => AggregationTakeover;
}

/** Wraps Mongoose's collection objects: calls to synced collections are captured, all others pass. */
export class CollectionWrapper {
  readonly #targets: WriteTargets;
  readonly #drops: Drops;
  readonly #onAggregation: CollectionWrapperOptions['onAggregation'];
  readonly #wrapped = new Map<NativeCollection, () => void>();

  constructor({ targets, drops, onAggregation }: CollectionWrapperOptions) {
    this.#targets = targets;
    this.#drops = drops;
    this.#onAggregation = onAggregation;
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
    for (const method of builderMethods) takeovers[method] = this.#building(native, method, call);
    for (const method of readMethods) takeovers[method] = this.#hiding(native, method);
    takeovers['listIndexes'] = (beneath, args) => {
      const indexes = beneath(...args);
      return this.#targets.has(native) ? hideIndexes(indexes) : indexes;
    };
    takeovers['drop'] = (beneath, args) =>
      this.#drops.guard(reachedBy(native), [native.name], () => beneath(...args));
    takeovers['rename'] = (beneath, args) =>
      this.#drops.guard(reachedBy(native), [native.name, args[0]], () => beneath(...args));
    this.#wrapped.set(native, wrapCollection(native, takeovers));
  }

  /** Takes all wrappers off. */
  unwrapAll(): void {
    for (const unwrap of this.#wrapped.values()) unwrap();
    this.#wrapped.clear();
  }

  #capturing(native: NativeCollection, method: CapturedMethod, call: WriteTarget['call']): Takeover {
    const { report } = this.#targets;
    return (beneath, args) => {
      const target = this.#targets.of(native, call);
      if (!target)
        return this.#targets.isBare(native) ? writeBare(beneath, { method, args }) : beneath(...args);
      if (isExplained(args)) return beneath(...args);
      const captured = report.attempt(native.name, method, () => captureForms[method]({ target, args }));
      return captured ?? beneath(...args);
    };
  }

  #building(native: NativeCollection, method: BuildingMethod, call: WriteTarget['call']): Takeover {
    const { report } = this.#targets;
    return (beneath, args) =>
      captureBuilder(beneath(...args), args[0], (operations, options) => {
        const target = this.#targets.of(native, call);
        const args = [operations, options] as const;
        if (target) return report.attempt(native.name, method, () => bulkWrite({ target, args }));
        const send: NativeMethod = (...sent) => call('bulkWrite', ...sent);
        return this.#targets.isBare(native) ? writeAllBare(send, args) : null;
      });
  }

  #hiding(native: NativeCollection, method: HidingMethod): Takeover {
    const { report } = this.#targets;
    const hide = (args: readonly unknown[]): readonly unknown[] => {
      const form = hidingForms[method];
      const hasMetadata = this.#targets.hides(native);
      const others = method === 'aggregate' ? this.#othersBeside(native) : null;
      if (!hasMetadata && !others) return args;
      const isHidden = others ?? (() => false);
      return report.attempt(native.name, method, () => form(args, { hasMetadata, isHidden })) ?? args;
    };
    if (method === 'find') return (beneath, args) => this.#find(native, beneath(...hide(args)));
    if (method !== 'aggregate') return (beneath, args) => beneath(...hide(args));
    const takeOver = this.#onAggregation(native);
    return (beneath, args) => wrapAggregation(beneath(...hide(args)), takeOver);
  }

  #find(native: NativeCollection, found: unknown): unknown {
    return this.#targets.hides(native) ? hideProjected(found) : found;
  }

  /** Which collections of the same database an aggregation may join that have metadata to hide. */
  #othersBeside({ conn }: NativeCollection): ((collection: string) => boolean) | null {
    return this.#targets.isLocal(conn, conn.name) ? (name) => this.#targets.hidesNamed(name) : null;
  }
}

function reachedBy({ conn }: NativeCollection): DropPlace {
  return { connection: conn, dbName: conn.name };
}

/** An explained write is not done. */
function isExplained(args: readonly unknown[]): boolean {
  return args.some((argument) => {
    const { explain } = optionsOf(argument);
    return explain !== undefined && explain !== false && argument === args.at(-1);
  });
}
