import { type NativeCollection, type NativeMethod } from './native-collection.js';
import { setOwnProperty } from './own-property.js';

/** Takes over a call. `beneath` is the method as it was. */
export type Takeover = (beneath: NativeMethod, args: readonly unknown[]) => unknown;

/** Puts a wrapper around methods of one collection object, and answers how to take them off. */
export function wrapCollection(
  native: NativeCollection,
  takeovers: Readonly<Record<string, Takeover>>,
): () => void {
  const undo = Object.entries(takeovers).map(([method, takeOver]) => {
    const original = Reflect.get(native, method) as NativeMethod;
    const beneath: NativeMethod = (...args) => Reflect.apply(original, native, args);
    return setOwnProperty(native, method, (...args: readonly unknown[]) => takeOver(beneath, args));
  });
  return () => undo.forEach((restore) => restore());
}
