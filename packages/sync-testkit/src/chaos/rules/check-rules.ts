import { ATLAS, type ChaosViolation, type Place } from '../checker/recorded-history.js';
import {
  labelOf,
  type NoteWrite,
  type OrderWrite,
  type QuarantinedState,
  type RuledEnd,
  type RuledHistory,
  type StoredOrder,
  tillOf,
} from './ruled-history.js';

/**
 * Judges what business rules make of a history: computed fields are right and equal everywhere, a number is held once, an
 * order that was acknowledged is on Atlas or waits on its branch with the winner named, what is not valid came to no branch,
 * and what is excluded, documents and fields, stays where it was written. It knows the rules and nothing of how the product keeps them.
 */
export function checkRules(history: RuledHistory): readonly ChaosViolation[] {
  const atlas = history.ends.find(({ place }) => place === ATLAS);
  if (!atlas) return [{ rule: 'convergence', key: null, detail: 'Atlas was not read' }];
  const branches = history.ends.filter((end) => end !== atlas);
  return [
    ...history.ends.flatMap((end) => checkPlace(end, history)),
    ...branches.flatMap((branch) => checkSame(branch, { atlas, history })),
    ...history.orders.flatMap((order) => checkOrder(order, { atlas, branches })),
    ...branches.flatMap((branch) => checkQuarantine(branch, { atlas, history })),
  ];
}

interface Judged {
  readonly atlas: RuledEnd;
  readonly history: RuledHistory;
}

/** What is wrong with a place by itself. */
function checkPlace(end: RuledEnd, { orders, notes }: RuledHistory): readonly ChaosViolation[] {
  const { place } = end;
  const written = new Map(orders.map((order) => [order.token, order]));
  const ofOrders = end.orders.flatMap((order): readonly ChaosViolation[] => {
    const write = written.get(order.token);
    if (write?.number !== order.number) return [found('phantom', order.token, `${place}: nobody wrote that`)];
    if (!write.isValid && place !== ATLAS)
      return [found('phantom', order.token, `${place} has it, though its model does not accept it`)];
    if (!write.isValid || order.label === labelOf(order)) return [];
    return [found('underived', order.token, `${place}: its label is ${order.label ?? 'missing'}`)];
  });
  const twice = end.orders.filter(
    ({ number }, i) => end.orders.findIndex((other) => other.number === number) !== i,
  );
  return [
    ...ofOrders,
    ...end.orders.flatMap((order) => checkTill(place, order, written.get(order.token))),
    ...twice.map(({ token, number }) => found('unique', token, `${place}: number ${number} is held twice`)),
    ...end.underived.map((name) =>
      found('underived', name, `${place}: its computed field is not of its content`),
    ),
    ...checkNotes(end, notes),
  ];
}

/** The field that does not travel. */
function checkTill(
  place: Place,
  { token, till }: StoredOrder,
  write?: OrderWrite,
): readonly ChaosViolation[] {
  const expected = write?.place === place ? tillOf(token) : null;
  if (till === expected) return [];
  if (till !== null) return [found('crossed', token, `${place}: its till is ${till}`)];
  return [found('lost', token, `${place}: its till is gone`)];
}

function checkNotes(
  { place, notes: stored }: RuledEnd,
  notes: readonly NoteWrite[],
): readonly ChaosViolation[] {
  const own = new Map(notes.filter((note) => note.place === place).map((note) => [note.token, note]));
  const strange = stored.filter((token) => !own.has(token));
  const missing = [...own.values()].filter(
    ({ token, outcome }) => outcome === 'acknowledged' && !stored.includes(token),
  );
  return [
    ...strange.map((token) => found('crossed', token, `${place} has a note that was not written there`)),
    ...missing.map(({ token }) => found('lost', token, `${place} has lost a note of its own`)),
  ];
}

/** Every order that its model accepts is on all sides, and the same. */
function checkSame(branch: RuledEnd, { atlas, history }: Judged): readonly ChaosViolation[] {
  const invalid = new Set(history.orders.filter(({ isValid }) => !isValid).map(({ token }) => token));
  const there = new Map(atlas.orders.map((order) => [order.token, order]));
  const here = new Map(branch.orders.map((order) => [order.token, order]));
  const tokens = [...new Set([...there.keys(), ...here.keys()])].filter((token) => !invalid.has(token));
  const text = (order: StoredOrder | undefined): string => order?.fingerprint ?? 'nothing';
  return tokens
    .filter((token) => text(there.get(token)) !== text(here.get(token)))
    .map((token) => {
      const detail = `${branch.place} has ${text(here.get(token))}, ${ATLAS} has ${text(there.get(token))}`;
      return found('convergence', token, detail);
    });
}

/** No order that was acknowledged has vanished. */
function checkOrder(
  order: OrderWrite,
  { atlas, branches }: { readonly atlas: RuledEnd; readonly branches: readonly RuledEnd[] },
): readonly ChaosViolation[] {
  const { token, place, outcome, isValid } = order;
  const isOnAtlas = atlas.orders.some((stored) => stored.token === token);
  const waitingAt = branches.filter(({ quarantined }) => quarantined.some((state) => state.token === token));
  if (!isValid) {
    if (!isOnAtlas) return outcome === 'acknowledged' ? [found('lost', token, 'gone from Atlas')] : [];
    const missing = branches.filter((branch) => !waitingAt.includes(branch));
    return missing.map((branch) =>
      found('never-told', token, `${branch.place} does not say that it refused it`),
    );
  }
  if (isOnAtlas || outcome !== 'acknowledged') return [];
  if (waitingAt.some((branch) => branch.place === place)) return [];
  return [
    found('lost', token, `number ${order.number} of ${place}: not on Atlas, and not in quarantine there`),
  ];
}

/** Each state that waits does so for a reason that is true, and with the winner named. */
function checkQuarantine(
  { place, quarantined }: RuledEnd,
  { atlas, history }: Judged,
): readonly ChaosViolation[] {
  return quarantined.flatMap((state) => {
    const wrong = whatIsWrong(state, { atlas, history, place });
    return wrong === null ? [] : [found('leftover', state.token, `${place}: in quarantine, ${wrong}`)];
  });
}

function whatIsWrong(
  state: QuarantinedState,
  { atlas, history, place }: Judged & { readonly place: string },
): string | null {
  const order = history.orders.find(({ token }) => token === state.token);
  if (state.collection !== 'orders' || !order) return `and no rule refuses it (${state.code})`;
  if (!order.isValid) return state.code === 'SYNC_WRITE_VALIDATION' ? null : `as ${state.code}`;
  if (order.place !== place) return 'and it was not written there';
  if (state.code !== 'SYNC_WRITE_UNIQUE') return `as ${state.code}`;
  const holder = atlas.orders.find(({ number }) => number === order.number);
  if (!holder || holder.token === state.token) return 'and nobody else holds its number';
  if (state.number !== order.number) return `for ${state.number ?? 'no number'}, which is not its own`;
  return state.winner === holder.token ? null : `and names ${state.winner ?? 'nobody'}, not ${holder.token}`;
}

function found(rule: ChaosViolation['rule'], key: string, detail: string): ChaosViolation {
  return { rule, key, detail };
}
