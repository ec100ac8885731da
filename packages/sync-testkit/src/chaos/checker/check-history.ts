import { checkKey } from './check-key.js';
import { checkVersions } from './check-versions.js';
import { KeyCausality } from './key-causality.js';
import {
  ATLAS,
  type ChaosViolation,
  type FinalState,
  type LoggedWrite,
  type RecordedHistory,
} from './recorded-history.js';

/**
 * Judges a history that has come to rest: what writers were told, what every server showed, and what is left. It knows
 * the laws and nothing of how the product keeps them. Empty: no law was broken.
 */
export function checkHistory(history: RecordedHistory): readonly ChaosViolation[] {
  const { writes, sightings, kept, finals } = history;
  const keys = new Set([
    ...writes.flatMap(({ effects }) => effects.map(({ key }) => key)),
    ...sightings.map(({ key }) => key),
    ...finals.flatMap(({ contents }) => [...contents.keys()]),
  ]);
  const atlas = finals.find(({ place }) => place === ATLAS);
  const causalities = new Map([...keys].map((key) => [key, causalityOf(key, history)]));
  const ofKeys = [...causalities].flatMap(([key, causality]) => {
    const ofKey = kept.filter((state) => state.key === key).map(({ content }) => content);
    const final = atlas?.contents.get(key) ?? null;
    return checkKey({ key, causality, final, kept: ofKey }, history);
  });
  return [
    ...checkConvergence(finals),
    ...finals.flatMap(checkLeftovers),
    ...writes.flatMap((write) => checkTookPlace(write, causalities)),
    ...checkVersions(history),
    ...ofKeys,
  ];
}

function causalityOf(key: string, { writes, sightings }: RecordedHistory): KeyCausality {
  return new KeyCausality(
    key,
    writes,
    sightings.filter((sighting) => sighting.key === key),
  );
}

function checkConvergence(finals: readonly FinalState[]): readonly ChaosViolation[] {
  const [first, ...others] = finals;
  if (!first) return [];
  return others.flatMap(({ place, fingerprints }) => {
    const names = new Set([...fingerprints.keys(), ...first.fingerprints.keys()]);
    const differing = [...names].filter((name) => fingerprints.get(name) !== first.fingerprints.get(name));
    return differing.map((name): ChaosViolation => {
      const [here, there] = [fingerprints, first.fingerprints].map((of) => of.get(name) ?? 'nothing');
      return {
        rule: 'convergence',
        key: name,
        detail: `${place} has ${here ?? ''}, ${first.place} has ${there ?? ''}`,
      };
    });
  });
}

function checkLeftovers({ place, leftovers }: FinalState): readonly ChaosViolation[] {
  return leftovers.map((left) => ({ rule: 'leftover', key: null, detail: `${place}: ${left}` }));
}

/** What the application was told is written was there, at its own place, in as many documents as it was told. */
function checkTookPlace(
  { token, outcome, counts, effects, way }: LoggedWrite,
  causalities: ReadonlyMap<string, KeyCausality>,
): readonly ChaosViolation[] {
  if (outcome !== 'acknowledged' || counts?.written == null) return [];
  const found = effects.filter(
    ({ key, kind }) => kind !== 'delete' && causalities.get(key)?.nodes.has(token),
  ).length;
  if (found === counts.written) return [];
  const detail = `${way} ${token}: ${counts.written} acknowledged, ${found} took place`;
  return [{ rule: 'never-happened', key: null, detail }];
}
