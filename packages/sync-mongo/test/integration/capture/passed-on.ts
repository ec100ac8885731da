import { type AsyncLocalStorage } from 'node:async_hooks';
import { type Mongoose } from 'mongoose';

/** Works while Mongoose passes the session of a transaction on by itself. */
export async function passedOn<Result>(mongoose: Mongoose, work: () => Promise<Result>): Promise<Result> {
  mongoose.set('transactionAsyncLocalStorage', true);
  const storage = Reflect.get(mongoose, 'transactionAsyncLocalStorage') as AsyncLocalStorage<unknown>;
  try {
    return await work();
  } finally {
    mongoose.set('transactionAsyncLocalStorage', false);
    storage.disable(); // else every promise of this process pays for it from now on
  }
}
