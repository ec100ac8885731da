// The business rules of a history, as an application has them: a computed field, validation, a unique index, a collection and a
// field that do not travel. The one place to switch a rule on: add it to the options or the models here, let the writers below use
// it, and judge it in sync-testkit (chaos/rules/check-rules.ts).

const ORDER_NUMBERS = 14;

/** What every write of an item sets beside its content, as its model would compute it. */
export const computed = (token) => ({ d: `made of ${token}` });

/** Where an order was written: it stays there. */
const tillOf = (token) => `till of ${token}`;

/** The options of sync for the rules. */
export const ruledOptions = {
  collections: { exclude: ['notes'], fields: { orders: { exclude: ['till'] } } },
};

/** Adds the rules to the schema of items, and the models of what has rules alone. */
export function addRules(mongoose, itemSchema) {
  const { Schema } = mongoose;
  itemSchema.add({ d: String });
  itemSchema.pre('save', function () {
    this.set(computed(this.v));
  });
  const order = new Schema({
    ...{ _id: String, v: String, label: String, amount: { type: Number, min: 0 } },
    number: { type: Number, unique: true },
    till: String,
  });
  order.pre('save', function () {
    this.label = `order ${this.number} of ${this.v}`;
  });
  const Order = mongoose.model('Order', order, 'orders');
  const Note = mongoose.model('Note', new Schema({ _id: String, v: String }), 'notes');
  return { Order, Note };
}

/** Plans a write of what has rules: what is logged of it, and how it is done. */
export function planRuledWrite(random, { Order, Note }, token) {
  if (random() < 0.3) {
    const run = async () => void (await Note.create({ _id: token, v: token }));
    return { way: 'note', logged: { isNote: true }, run };
  }
  const number = 1 + Math.floor(random() * ORDER_NUMBERS);
  const order = { _id: token, v: token, number, amount: number, till: tillOf(token) };
  const run = async () => void (await Order.create(order));
  return { way: 'order', logged: { order: number }, run };
}
