import { describe, expect, it } from '@jest/globals';
import { BSON } from 'mongodb';
import { Schema } from 'mongoose';
import { bytes, probeLane, read } from './probe-lane.js';

/** A number that a hook reads. */
const numberIn = (document: { get(path: string): unknown }, path: string): number =>
  document.get(path) as number;

const { Double, Int32 } = BSON;

describe('a state of a model with several kinds', () => {
  /** A dish and a drink, each with rules and hooks of its own. */
  function menu(): ReturnType<typeof probeLane> {
    const base = new Schema({ name: String, price: Number, label: String }, { discriminatorKey: 'kind' });
    base.pre('save', function () {
      this.set('label', `${String(this.get('kind'))} ${String(this.get('name'))}`);
    });
    const dish = new Schema({ spicy: { type: Number, max: 3 }, hot: Boolean });
    dish.pre('save', function () {
      this.set('hot', numberIn(this, 'spicy') > 1);
    });
    const drink = new Schema({ ml: { type: Number, required: true }, large: Boolean });
    drink.pre('save', function () {
      this.set('large', numberIn(this, 'ml') >= 500);
    });
    return probeLane(base, { kinds: { dish, drink } });
  }

  it.each(['none', 'unknown'] as const)(
    'runs the hooks of its own kind (what was there before: %s)',
    async (previous) => {
      const { pass } = menu();
      const dish = { _id: 1, kind: 'dish', name: 'kushari', spicy: new Int32(2) };
      const drink = { _id: 1, kind: 'drink', name: 'tea', ml: new Int32(500) };
      expect(read(await pass(dish, { previous }))).toMatchObject({ hot: true, label: 'dish kushari' });
      expect(read(await pass(drink, { previous }))).toMatchObject({ large: true, label: 'drink tea' });
      expect(read(await pass(drink, { previous }))).not.toHaveProperty('hot');
    },
  );

  it('obeys the rules of its own kind, and of no other', async () => {
    const { pass } = menu();
    const state = { _id: 1, kind: 'drink', name: 'tea', spicy: 9 };
    expect(await pass(state)).toMatchObject({ reason: expect.stringMatching(/ml \(required\)/) as unknown });
    expect(await pass({ ...state, kind: 'dish' })).toMatchObject({
      reason: expect.stringMatching(/spicy \(max\)/) as unknown,
    });
  });

  it('keeps the fields of other kinds that it has, bit for bit', async () => {
    const { pass } = menu();
    const state = { _id: 1, kind: 'drink', name: 'tea', ml: new Double(100), spicy: new Double(9) };
    const result = await pass(state, { previous: bytes({ ...state, name: 'coffee' }) });
    expect(Buffer.from(result as Uint8Array)).toEqual(
      Buffer.from(bytes({ ...state, label: 'drink tea', large: false })),
    );
  });

  it('obeys the rules of the kind that it was made into', async () => {
    const { pass } = menu();
    const before = bytes({ _id: 1, kind: 'dish', name: 'soup', spicy: 1, label: 'dish soup', hot: false });
    const state = { _id: 1, kind: 'drink', name: 'soup', spicy: 1, ml: 600, label: 'dish soup', hot: false };
    expect(read(await pass(state, { previous: before }))).toMatchObject({
      label: 'drink soup',
      large: true,
      hot: false,
    });
  });

  it('is of the base model where nothing is known of its kind', async () => {
    const { pass } = menu();
    for (const previous of ['none', 'unknown'] as const) {
      const state = { _id: 1, kind: 'merchandise', name: 'mug', color: 'red' };
      expect(read(await pass(state, { previous }))).toEqual({ ...state, label: 'merchandise mug' });
    }
  });

  it.each([{ kind: 'dessert' }, {}])(
    'keeps what a kind that is not known here calls by the name of another kind: %j',
    async (kind) => {
      const { pass } = menu();
      const state = { _id: 1, ...kind, name: 'cake', spicy: new Double(9), ml: 'none', large: true };
      for (const previous of ['none', 'unknown', bytes({ ...state, ml: 1 })] as const) {
        const result = await pass(state, { previous });
        const label = `${'kind' in kind ? kind.kind : 'undefined'} cake`;
        expect(Buffer.from(result as Uint8Array)).toEqual(Buffer.from(bytes({ ...state, label })));
      }
    },
  );

  it('keeps the same of kinds of embedded documents', async () => {
    const event = new Schema({ at: Number }, { discriminatorKey: 'kind', _id: false });
    const base = new Schema({ count: Number, events: [event], last: event });
    const click = new Schema({ x: Number }, { _id: false });
    base.path<Schema.Types.DocumentArray>('events').discriminator('Click', click, 'click');
    base.path<Schema.Types.Subdocument>('last').discriminator('LastClick', click, 'click');
    base.pre('save', function () {
      const events = this.get('events') as { at: number }[];
      this.set('count', events.length);
      for (const each of events) each.at += each.at < 10 ? 10 : 0;
    });
    const { pass } = probeLane(base);
    const state = {
      _id: 1,
      events: [
        { kind: 'click', at: 1, x: 1 },
        { kind: 'swipe', at: 2, x: 'left' },
      ],
      last: { kind: 'swipe', at: 2, x: 'left' },
    };
    expect(read(await pass(state, { previous: 'none' }))).toEqual({
      ...state,
      count: 2,
      events: [
        { kind: 'click', at: 11, x: 1 },
        { kind: 'swipe', at: 12, x: 'left' },
      ],
    });
  });
});

describe('a state with sub-documents', () => {
  /** Rows with hooks, defaults, times and two kinds. */
  function orderSchema(runs: string[] = []): Schema {
    const row = new Schema(
      { _id: Number, name: String, price: Number, sum: Number, count: { type: Number, default: 1 } },
      { timestamps: true, discriminatorKey: 'kind' },
    );
    row.pre('save', function () {
      runs.push(`${String(this.get('name'))}${this.isModified('price') ? ' modified' : ''}`);
      this.set('sum', numberIn(this, 'price') * numberIn(this, 'count'));
    });
    const address = new Schema(
      { city: String, street: String, line: String },
      { _id: false, timestamps: true },
    );
    address.pre('save', function () {
      this.set('line', `${String(this.get('street'))}, ${String(this.get('city'))}`);
    });
    const schema = new Schema({ rows: [row], address, note: String }, { timestamps: true });
    const rows = schema.path('rows') as unknown as { discriminator(name: string, schema: Schema): void };
    rows.discriminator('weighed', new Schema({ grams: { type: Number, min: 1 } }));
    return schema;
  }

  const at = new Date(5);
  const stored = {
    _id: 1,
    rows: [
      { _id: 1, name: 'tea', price: 2, count: 2, sum: 4, createdAt: at, updatedAt: at, extra: new Double(1) },
      { _id: 2, name: 'cake', price: 5, count: 1, sum: 5, createdAt: at, updatedAt: at },
    ],
    address: { city: 'Giza', street: 'Nile', line: 'Nile, Giza', createdAt: at, updatedAt: at },
    createdAt: at,
    updatedAt: at,
  };

  it('is the very bytes that came, times of all levels included, where hooks make the same of it', async () => {
    const { pass } = probeLane(orderSchema());
    for (const previous of ['none', 'unknown', bytes({ ...stored, note: 'before' })] as const) {
      const state = bytes(stored);
      expect(Buffer.from((await pass(state, { previous })) as Uint8Array)).toEqual(Buffer.from(state));
    }
  });

  it('has the hooks of its sub-documents run, which know what was changed in them', async () => {
    const runs: string[] = [];
    const { pass } = probeLane(orderSchema(runs));
    const [tea, cake] = stored.rows as [object, object];
    const state = { ...stored, rows: [{ ...tea, price: 3 }, cake] };
    const result = read(await pass(state, { previous: bytes(stored) }));
    expect(result['rows']).toMatchObject([{ sum: 6, updatedAt: at }, { sum: 5 }]);
    expect(result['updatedAt']).toEqual(at);
    expect(runs.slice(0, 2).sort()).toEqual(['cake', 'tea modified']);
  });

  it('keeps the times of its sub-documents, and lacks those that it lacked', async () => {
    const { pass } = probeLane(orderSchema());
    const state = {
      _id: 1,
      rows: [{ _id: 3, name: 'water', price: 1, count: 1 }],
      address: { city: 'a', street: 'b' },
    };
    for (const previous of ['none', bytes({ _id: 1, rows: [] })] as const) {
      const result = read(await pass(state, { previous }));
      expect(result).toEqual({
        ...state,
        rows: [{ ...state.rows[0], sum: 1 }],
        address: { city: 'a', street: 'b', line: 'b, a' },
      });
    }
  });

  it('obeys the rules of the kind of each element', async () => {
    const { pass } = probeLane(orderSchema());
    const state = {
      _id: 1,
      rows: [{ _id: 1, kind: 'weighed', name: 'rice', price: 1, count: 1, sum: 1, grams: 0 }],
    };
    expect(await pass(state)).toMatchObject({ reason: expect.stringContaining('grams (min)') as unknown });
    const sound = bytes({ ...state, rows: [{ ...state.rows[0], grams: 7 }] });
    expect(Buffer.from((await pass(sound)) as Uint8Array)).toEqual(Buffer.from(sound));
  });
});

describe('a state with virtuals, getters and setters', () => {
  function personSchema(): Schema {
    const schema = new Schema({
      first: String,
      last: String,
      mail: { type: String, lowercase: true, trim: true },
      cents: { type: Number, get: (cents: number) => cents / 100, set: (value: number) => value },
      pin: { type: String, set: (pin: string) => `<${pin}>` },
      full: String,
      list: { type: [String], get: (list: unknown) => list ?? [] },
    });
    schema
      .virtual('name')
      .get(function () {
        return `${String(this.get('first'))} ${String(this.get('last'))}`;
      })
      .set(function (name: string) {
        this.set({ first: name.split(' ')[0], last: name.split(' ')[1] });
      });
    schema.virtual('domain').get(function () {
      return String(this.get('mail')).split('@')[1];
    });
    schema.virtual('orders', { ref: 'Order', localField: '_id', foreignField: 'person' });
    schema.set('toObject', { virtuals: true, getters: true });
    schema.set('toJSON', { virtuals: true, getters: true });
    schema.pre('save', function () {
      this.set('full', String(this.get('name')));
    });
    return schema;
  }

  const stored = {
    _id: 1,
    first: 'Ada',
    last: 'Lee',
    mail: 'a@b.c',
    cents: 250,
    pin: '<1>',
    full: 'Ada Lee',
    list: ['a'],
  };

  it('is read by the hooks through them, and stored without them', async () => {
    const { pass } = probeLane(personSchema());
    const edited = { ...stored, last: 'May' };
    expect(read(await pass(edited, { previous: bytes(stored) }))).toEqual({ ...edited, full: 'Ada May' });
  });

  it('keeps a field of the name of a virtual, which is none of the model', async () => {
    const { pass } = probeLane(personSchema());
    for (const previous of ['none', 'unknown', bytes(stored)] as const) {
      const state = { ...stored, pin: '<1>', name: 'another name', domain: 7 };
      const result = read(await pass(state, { previous }));
      expect(result).toMatchObject({ name: 'another name', domain: 7, first: 'Ada', full: 'Ada Lee' });
    }
  });

  it('keeps fields of the name of a virtual in its sub-documents, which do not set anything', async () => {
    const part = new Schema({ value: Number }, { _id: false });
    part.virtual('double').set(function (double: number) {
      this.set('value', double / 2);
    });
    const nested = new Schema({ one: part, many: [part], in: { value: Number } });
    nested.virtual('in.double').set(function (double: number) {
      this.set('in.value', double / 2);
    });
    const { pass } = probeLane(nested);
    const fields = { value: 1, double: 8 };
    const state = bytes({ _id: new BSON.ObjectId(), one: fields, many: [fields], in: fields });
    const before = bytes({ ...read(state), one: { value: 5 }, many: [], in: { value: 5 } });
    for (const previous of ['none', 'unknown', before] as const)
      expect(Buffer.from((await pass(state, { previous })) as Uint8Array)).toEqual(Buffer.from(state));
  });

  it('passes the setters of what a hand has changed, once, and of nothing else', async () => {
    const { pass } = probeLane(personSchema());
    const edited = { ...stored, mail: ' A@B.ORG ' };
    expect(read(await pass(edited, { previous: bytes(stored) }))).toEqual({ ...edited, mail: 'a@b.org' });
    expect(read(await pass({ ...stored, cents: 300 }, { previous: bytes(stored) }))).toEqual({
      ...stored,
      cents: 300,
    });
  });

  it('is the very bytes that came where it is only read', async () => {
    const { pass } = probeLane(personSchema());
    const state = bytes(stored);
    expect(Buffer.from((await pass(state)) as Uint8Array)).toEqual(Buffer.from(state));
    expect(await pass(state, { logic: 'check' })).toBe(state);
  });

  it('is only validated where a setter makes something else of its own output', async () => {
    const { pass, warnings } = probeLane(personSchema());
    const edited = bytes({ ...stored, pin: '2' });
    const result = await pass(edited, { previous: bytes(stored), isRepeated: true });
    expect(read(result)['pin']).toBe('2');
    expect(warnings).toHaveLength(1);
  });
});

describe('a state of which fields do not travel', () => {
  const staff = (): Schema =>
    new Schema({
      name: String,
      pin: { type: String, required: true },
      pay: { rate: { type: Number, required: true }, note: { type: String, required: true } },
      bank: new Schema(
        { iban: { type: String, required: true }, name: { type: String, required: true } },
        { _id: false },
      ),
      shifts: [
        new Schema(
          { day: { type: Number, required: true }, wage: { type: Number, required: true } },
          { _id: false },
        ),
      ],
    });
  const exclude = ['pin', 'pay.rate', 'bank.iban'];

  it.each(['check', 'run'] as const)(
    'need not have them, though they are required, on any level (%s)',
    async (logic) => {
      const { pass } = probeLane(staff(), { exclude });
      const state = bytes({
        _id: 1,
        name: 'a',
        pay: { note: 'n' },
        bank: { name: 'b' },
        shifts: [{ day: 1, wage: 2 }],
      });
      expect(await pass(state, { logic })).toBe(state);
      expect(await pass(state, { logic, previous: 'none' })).toBe(state);
    },
  );

  it('is refused for its other fields', async () => {
    const { pass } = probeLane(staff(), { exclude });
    const state = { _id: 1, name: 'a', pay: { rate: 1 }, bank: { iban: 'x' } };
    expect(await pass(state, { logic: 'check' })).toMatchObject({
      reason: expect.stringMatching(
        /bank.name \(required\).*pay.note \(required\)|pay.note \(required\).*bank.name \(required\)/,
      ) as unknown,
    });
  });

  it('need not have what is excluded as a whole, a sub-document too', async () => {
    const { pass } = probeLane(staff(), { exclude: ['pin', 'pay', 'bank', 'shifts'] });
    const state = bytes({ _id: 1, name: 'a' });
    expect(await pass(state, { logic: 'check' })).toBe(state);
  });
});
