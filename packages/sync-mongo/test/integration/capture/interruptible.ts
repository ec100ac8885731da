import { type Model } from 'mongoose';
import { writeMethods } from '../../../src/capture/run/captured-method.js';

/** What happens beneath capture, right after a method of Mongoose's collection. */
export type Interference = (method: string) => Promise<void> | void;

/** Lets a test act right after what capture does through Mongoose's collection; call it before attaching. */
export function interruptible<T>(model: Model<T>, after: Interference): void {
  for (const method of writeMethods) {
    const original = Reflect.get(model.collection, method) as (...args: unknown[]) => Promise<unknown>;
    Object.assign(model.collection, {
      [method]: async (...args: unknown[]) => {
        const result = await Reflect.apply(original, model.collection, args);
        await after(method);
        return result;
      },
    });
  }
}
