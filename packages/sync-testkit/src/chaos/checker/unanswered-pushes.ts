import { ATLAS, type RecordedHistory, type VersionSighting } from './recorded-history.js';

/** A version that a branch stored on Atlas without hearing of it. */
export interface UnansweredPush {
  readonly key: string;
  readonly stamp: string;
  /** Whether the branch holds this very version later. Another one that built on it may have been quicker. */
  readonly isRecognised: boolean;
}

/** The pushes that were lost one way: Atlas showed the version while no answer came through, and the branch did not have it then. */
export function unansweredPushes({ writes, versions, silences }: RecordedHistory): readonly UnansweredPush[] {
  const writtenAt = new Map(writes.map(({ token, place }) => [token, place]));
  const firstAt = new Map<string, number>();
  for (const version of versions) {
    const place = placeOf(version.place, version);
    firstAt.set(place, Math.min(version.atMs, firstAt.get(place) ?? Infinity));
  }
  return versions.flatMap((version) => {
    const branch = writtenAt.get(version.token);
    if (version.place !== ATLAS || branch === undefined || branch === ATLAS) return [];
    const silence = silences.find(
      ({ place, fromMs, untilMs }) => place === branch && fromMs <= version.atMs && version.atMs <= untilMs,
    );
    const knownAtMs = firstAt.get(placeOf(branch, version)) ?? Infinity;
    if (!silence || knownAtMs <= silence.untilMs) return [];
    return [{ key: version.key, stamp: version.stamp, isRecognised: knownAtMs < Infinity }];
  });
}

function placeOf(place: string, { key, stamp }: VersionSighting): string {
  return JSON.stringify([place, key, stamp]);
}
