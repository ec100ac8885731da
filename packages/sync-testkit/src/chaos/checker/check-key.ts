import { type KeyCausality, type WriteNode } from './key-causality.js';
import {
  type ChaosViolation,
  type Content,
  type LoggedWrite,
  type RecordedHistory,
} from './recorded-history.js';

/** One key of a history that has come to rest. */
export interface JudgedKey {
  readonly key: string;
  readonly causality: KeyCausality;
  /** What Atlas holds in the end. */
  readonly final: Content | null;
  readonly kept: readonly Content[];
}

type Finding = Omit<ChaosViolation, 'key'>;

/** What is wrong with one key. */
export function checkKey(judged: JudgedKey, history: RecordedHistory): readonly ChaosViolation[] {
  const findings = [
    ...checkContents(judged, history),
    ...checkRemovals(judged, history.writes),
    ...checkNothingLost(judged),
    ...(judged.final ? checkWinner(judged, judged.final) : checkAbsence(judged)),
  ];
  return findings.map((finding) => ({ ...finding, key: judged.key }));
}

/** No phantom: whatever was seen anywhere, or is kept, is what one write made of what it stood on, as a whole. */
function checkContents(
  { key, causality, final, kept }: JudgedKey,
  history: RecordedHistory,
): readonly Finding[] {
  const seen = history.sightings.flatMap(({ key: of, place, content }) =>
    of === key && content ? [{ where: `at ${place}`, content }] : [],
  );
  const found = [
    ...seen,
    ...kept.map((content) => ({ where: 'in the conflict store', content })),
    ...(final ? [{ where: 'in the end', content: final }] : []),
  ];
  const details = found.flatMap(({ where, content }) => {
    const wrong = whatIsWrong(causality, content);
    return wrong === null ? [] : [`${text(content)} ${where}: ${wrong}`];
  });
  return [...new Set(details)].map((detail) => ({ rule: 'phantom', detail }));
}

function whatIsWrong(causality: KeyCausality, { token, copy, n }: Content): string | null {
  if (!causality.isWritten(token)) return 'nobody wrote that';
  if (copy !== token) return 'a mixture of two writes';
  const node = causality.nodes.get(token);
  if (!node) return 'its own place never had it';
  return node.n === n ? null : `n should be ${node.n}`;
}

function checkRemovals({ key, causality }: JudgedKey, writes: readonly LoggedWrite[]): readonly Finding[] {
  const stray = causality.strayRemovals.map(({ place }): Finding => ({
    rule: 'phantom',
    detail: `removed at ${place}, and nobody had asked for it`,
  }));
  const told = writes.filter(
    ({ effects, outcome, counts }) =>
      effects.length === 1 && effects[0]?.key === key && outcome === 'acknowledged' && counts?.deleted === 1,
  );
  const missing = [...new Set(told.map(({ place }) => place))].flatMap((place): readonly Finding[] => {
    const toldCount = told.filter((write) => write.place === place).length;
    const isThere = ({ isDeletion, id }: WriteNode): boolean =>
      isDeletion && (id.endsWith(` at ${place}`) || told.some((write) => write.token === id));
    const count = [...causality.nodes.values()].filter(isThere).length;
    const detail = `${toldCount} deletions acknowledged at ${place}, ${count} took place`;
    return count >= toldCount ? [] : [{ rule: 'never-happened', detail }];
  });
  return [...stray, ...missing];
}

/** Every write is in the end state, was seen by a deletion, or is kept: itself, or what was written on top of it. */
function checkNothingLost({ causality, final, kept }: JudgedKey): readonly Finding[] {
  const nodes = [...causality.nodes.values()];
  const ends = [
    final?.token ?? null,
    ...nodes.filter(isDeletion).map(({ id }) => id),
    ...kept.map(({ token }) => token),
  ];
  const safe = new Set(ends.flatMap((id) => [...causality.mayHaveSeen(id)]));
  const lost = nodes.filter((node) => !node.isForeign && !safe.has(node.id));
  return lost.map(({ id, on }) => ({
    rule: 'lost',
    detail: `${id} (on ${on ?? 'nothing'}); in the end ${text(final)}, kept ${kept.map(({ token }) => token).join()}`,
  }));
}

/** What stands in the end was not seen by a write or a deletion: that one would have to stand instead. */
function checkWinner({ causality }: JudgedKey, { token }: Content): readonly Finding[] {
  const later = [...causality.nodes.values()].filter(
    ({ id, isForeign }) => !isForeign && id !== token && causality.sawForSure(id).has(token),
  );
  return later.map(({ id, isDeletion: deleted }) => ({
    rule: deleted ? 'resurrection' : 'lost-to-the-seen',
    detail: `${token} stands, and ${id} had seen it`,
  }));
}

/** A key that is gone in the end was deleted, by a deletion that no later write had seen. */
function checkAbsence({ causality }: JudgedKey): readonly Finding[] {
  const nodes = [...causality.nodes.values()];
  const writes = nodes.filter((node) => !isDeletion(node));
  if (writes.length === 0) return [];
  const seen = new Set(
    writes.filter(({ isForeign }) => !isForeign).flatMap(({ id }) => [...causality.sawForSure(id)]),
  );
  const isLast = nodes.some((node) => isDeletion(node) && !seen.has(node.id));
  const detail = 'gone, and no deletion explains it that was not itself followed by a write';
  return isLast ? [] : [{ rule: 'lost-to-the-seen', detail }];
}

function isDeletion(node: WriteNode): boolean {
  return node.isDeletion;
}

function text(content: Content | null): string {
  return content ? `${content.token} (n ${content.n}, copy ${content.copy})` : 'nothing';
}
