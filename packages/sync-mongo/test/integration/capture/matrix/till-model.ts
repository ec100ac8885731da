import { type Model, type Mongoose, Schema, Types } from 'mongoose';

/** The document of the matrix. */
export interface Till {
  _id: Types.ObjectId;
  number: string;
  total?: number;
  lines: { name: string; price?: number }[];
  note?: string;
  extra?: unknown;
  parent?: Types.ObjectId;
  drawer?: string;
}

/** The models of the matrix in one Mongoose, and the hooks that ran. */
export interface TillModels {
  readonly tills: Model<Till>;
  /** A discriminator. */
  readonly drawers: Model<Till>;
  /** The names of hooks in the order in which they ran, since the last call. */
  takeHooks(): readonly string[];
}

/** The n-th id, the same in each application. */
export const tillId = (n: number): Types.ObjectId => new Types.ObjectId(String(n).padStart(24, '7'));

/** Four tills that are there when a row starts; the last one is of the discriminator. */
export const tillSeeds = (): (Till & { __v: number; kind?: string })[] =>
  [1, 2, 3, 4].map((n) => ({
    ...{ _id: tillId(n), number: `T-${n}`, total: n * 10, lines: [{ name: 'tea', price: n }], note: 'seed' },
    ...(n === 4 ? { kind: 'Drawer', drawer: 'top' } : {}),
    __v: 0,
  }));

const known = new WeakMap<Mongoose, TillModels>();
const HOOKED = [
  ...['validate', 'save', 'insertMany', 'bulkWrite', 'aggregate', 'find', 'findOne'],
  ...['updateOne', 'updateMany', 'replaceOne', 'findOneAndUpdate', 'findOneAndReplace'],
  ...['findOneAndDelete', 'deleteOne', 'deleteMany'],
];

/** The same models in any Mongoose. */
export function tillModels(mongoose: Mongoose): TillModels {
  const models = known.get(mongoose) ?? createModels(mongoose);
  known.set(mongoose, models);
  return models;
}

function createModels(mongoose: Mongoose): TillModels {
  let hooks: string[] = [];
  const line = new Schema({ name: { type: String, required: true }, price: Number }, { _id: false });
  line.pre('save', () => void hooks.push('pre line save'));
  const schema = new Schema<Till>(
    {
      number: { type: String, required: true },
      total: { type: Number, max: 1_000_000 },
      lines: [line],
      note: String,
      extra: Schema.Types.Mixed,
      parent: { type: Schema.Types.ObjectId, ref: 'Till' },
    },
    { discriminatorKey: 'kind', optimisticConcurrency: true },
  );
  for (const name of HOOKED) {
    schema.pre(name as 'save', () => void hooks.push(`pre ${name}`));
    schema.post(name as 'save', () => void hooks.push(`post ${name}`));
    schema.post(name as 'save', (error: Error, _: unknown, next: (error?: Error) => void) => {
      hooks.push(`failed ${name}`);
      next(error);
    });
  }
  const tills = mongoose.model<Till>('Till', schema);
  const drawers = tills.discriminator<Till>('Drawer', new Schema({ drawer: String }));
  return {
    tills,
    drawers,
    takeHooks: () => {
      const taken = hooks;
      hooks = [];
      return taken;
    },
  };
}
