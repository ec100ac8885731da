import { MongoServerError } from 'mongodb';
import { type Mongoose } from 'mongoose';
import { type CallOptions } from './path.js';
import { passedOn } from '../passed-on.js';

/** A circumstance in which each path is tried. */
export interface Variant {
  readonly circumstance: string;
  /** Whether the path is to be refused. */
  readonly isRefused?: boolean;
  /** Whether it needs transactions, which real servers have on replica sets only: there a standalone is asked once. */
  readonly isTransaction?: boolean;
  /** Whether Mongoose hands the transaction to calls that name no session. */
  readonly isPassedOn?: boolean;
  /** Whether nothing may be left of it. */
  readonly isUndone?: boolean;
  readonly act: (mongoose: Mongoose, call: Call) => Promise<unknown>;
}

/** A path's call, with these options. */
export type Call = (options: CallOptions) => Promise<unknown>;

const CHANGED_MIND = 'changed my mind';

export const variants: readonly Variant[] = [
  { circumstance: 'as it is', act: (_, call) => call({}) },
  { circumstance: 'refused', isRefused: true, act: (_, call) => call({}) },
  { circumstance: 'without middleware', act: (_, call) => call({ middleware: false }) },
  {
    circumstance: 'in a session',
    act: async (mongoose, call) => {
      const session = await mongoose.startSession();
      return call({ session }).finally(() => session.endSession());
    },
  },
  {
    circumstance: 'in a transaction',
    act: (mongoose, call) => inTransaction(mongoose, (options) => call(options)),
  },
  {
    circumstance: 'in a transaction that Mongoose passes on',
    isTransaction: true,
    isPassedOn: true,
    act: (mongoose, call) => passedOn(mongoose, () => inTransaction(mongoose, () => call({}))),
  },
  {
    circumstance: 'in a transaction that is aborted',
    isTransaction: true,
    isUndone: true,
    act: (mongoose, call) => abort(mongoose, (options) => call(options)),
  },
  {
    circumstance: 'in a transaction that Mongoose passes on and that is aborted',
    isTransaction: true,
    isPassedOn: true,
    act: (mongoose, call) => passedOn(mongoose, () => abort(mongoose, () => call({}))),
  },
  {
    circumstance: 'in a transaction that is tried again',
    isTransaction: true,
    act: (mongoose, call) => {
      let tries = 0;
      return inTransaction(mongoose, async (options) => {
        const result = await call(options);
        if (++tries > 1) return result;
        throw new MongoServerError({ message: 'again', errorLabels: ['TransientTransactionError'] });
      });
    },
  },
];

async function inTransaction(mongoose: Mongoose, call: Call): Promise<unknown> {
  let result: unknown;
  await mongoose.connection.transaction(async (session) => {
    result = await call({ session });
  });
  return result;
}

async function abort(mongoose: Mongoose, call: Call): Promise<unknown> {
  let result: unknown = 'never run';
  const aborted = mongoose.connection.transaction(async (session) => {
    result = await call({ session });
    throw new Error(CHANGED_MIND);
  });
  await aborted.catch((error: unknown) => {
    if ((error as Error).message !== CHANGED_MIND) throw error;
  });
  return result;
}
