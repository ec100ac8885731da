/** A document that the cafe's REST interface is asked to create. */
export interface CafeRecord {
  readonly resource: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const products = [
  ['قهوة تركي', 'drink', 3500],
  ['شاي بالنعناع', 'drink', 2000],
  ['عصير مانجو طازج', 'drink', 5500],
  ['Espresso', 'drink', 4000],
  ['Cheese sandwich', 'food', 6500],
  ['فول مدمس', 'food', 4500],
  ['Chips', 'snack', 1500],
] as const;

const devices = [
  ['PlayStation 5 — 1', 'playstation', 6000],
  ['PlayStation 5 — 2', 'playstation', 6000],
  ['Xbox Series X', 'xbox', 5500],
  ['Nintendo Switch', 'switch', 4000],
  ['غرفة الواقع الافتراضي', 'vr', 9000],
] as const;

/** The cafe's first day: its menu, its devices, and what was ordered, played and paid. Money is in piastres. */
export function cafeRecords(): readonly CafeRecord[] {
  return [
    ...products.map(([name, category, price]) => ({ resource: 'products', body: { name, category, price } })),
    ...devices.map(([name, kind, hourlyRate]) => ({ resource: 'devices', body: { name, kind, hourlyRate } })),
    {
      resource: 'users',
      body: { username: 'mona', name: 'منى عبد الرحمن', role: 'owner', password: 'change me soon' },
    },
    ...Array.from({ length: 12 }, (_, i) => ({ resource: 'orders', body: orderOf(i) })),
    ...Array.from({ length: 12 }, (_, i) => ({ resource: 'bills', body: billOf(i) })),
    ...Array.from({ length: 6 }, (_, i) => ({ resource: 'sessions', body: sessionOf(i) })),
  ];
}

function linesOf(i: number): readonly Readonly<Record<string, unknown>>[] {
  return [i, i + 3].map((index) => {
    const [name, , unitPrice] = products[index % products.length] ?? products[0];
    return { name, quantity: 1 + (index % 3), unitPrice };
  });
}

function orderOf(i: number): Readonly<Record<string, unknown>> {
  return { table: String(1 + (i % 8)), lines: linesOf(i) };
}

function billOf(i: number): Readonly<Record<string, unknown>> {
  const payments = i % 3 === 0 ? [] : [{ method: 'cash', amount: i % 3 === 1 ? 2000 : 100_000 }];
  return { customerName: i % 2 === 0 ? 'أحمد' : 'Sara', lines: linesOf(i), payments };
}

function sessionOf(i: number): Readonly<Record<string, unknown>> {
  const [deviceName, , hourlyRate] = devices[i % devices.length] ?? devices[0];
  const startedAt = new Date(Date.UTC(2026, 0, 1, 16 + i));
  return { deviceName, hourlyRate, startedAt, endedAt: new Date(startedAt.getTime() + 5_400_000) };
}
