import { type Model, type Mongoose } from 'mongoose';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

/** What the cafe's models hold. */
export interface Bill {
  readonly lines: readonly { readonly price: number; readonly quantity: number }[];
  readonly paid: number;
  readonly total?: number;
  readonly status?: string;
}
export interface User {
  readonly name: string;
  readonly password: string;
}
export interface Entry {
  readonly of: string;
}

/** The models of one process. */
export interface Cafe extends BranchProcess {
  readonly Bill: Model<Bill>;
  readonly User: Model<User>;
  readonly Entry: Model<Entry>;
  /** What `isRemoteApply()` said in hooks, in their order. */
  readonly applied: readonly boolean[];
}

export const collections = ['items', 'bills', 'users', 'entries', 'dishes'] as const;

let hashCount = 0;

/** As bcrypt does: never the same twice, and a hash can be hashed again. */
const hash = (password: string): string => `hash-${++hashCount}(${password})`;

/** Two branches of a cafe and Atlas, with a process on each. */
export interface TwoCafes {
  readonly world: TwoBranches;
  readonly a: Cafe;
  readonly b: Cafe;
}

/** Starts a cafe of two branches: all is synced from the first write. */
export async function startTwoCafes(): Promise<TwoCafes> {
  const world = await startTwoBranches(collections);
  const [a, b] = [await openCafe(world.a), await openCafe(world.b)];
  await a.sync.start();
  await b.sync.start();
  return { world, a, b };
}

/** Opens a process with the cafe's models. A bill computes its total and status, and notes when it was paid elsewhere. */
async function openCafe(branch: TwoBranches['a']): Promise<Cafe> {
  const process = await branch.open();
  const { mongoose, sync } = process;
  const applied: boolean[] = [];
  const Entry = mongoose.model<Entry>('Entry', new mongoose.Schema<Entry>({ of: String }), 'entries');
  const User = compileUser(mongoose);
  const Bill = compileBill(mongoose, async (id) => {
    applied.push(sync.isRemoteApply());
    await Entry.updateOne({ of: id }, { of: id }, { upsert: true });
  });
  return { ...process, Bill, User, Entry, applied };
}

function compileUser(mongoose: Mongoose): Model<User> {
  const schema = new mongoose.Schema<User>({ name: String, password: { type: String, required: true } });
  schema.pre('save', function () {
    if (this.isModified('password')) this.set('password', hash(this.password));
  });
  return mongoose.model<User>('User', schema, 'users');
}

function compileBill(mongoose: Mongoose, onPaid: (id: string) => Promise<void>): Model<Bill> {
  const line = new mongoose.Schema({ price: { type: Number, min: 0 }, quantity: Number }, { _id: false });
  const schema = new mongoose.Schema<Bill>({
    lines: { type: [line], default: [] },
    paid: { type: Number, default: 0 },
    total: Number,
    status: { type: String, enum: ['open', 'paid'] },
  });
  schema.pre('save', async function () {
    const total = this.lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
    if (total === 666) throw new RangeError('no such amount');
    const status = this.paid >= total ? 'paid' : 'open';
    this.set({ total, status });
    if (this.isModified('status') && status === 'paid') await onPaid(String(this._id));
  });
  return mongoose.model<Bill>('Bill', schema, 'bills');
}
