import { editDistance } from './edit-distance.js';
import { environmentVariables } from './environment-variables.js';

const names = Object.keys(environmentVariables);
const ours = /^(SYNC|BIDIRECTIONAL|ATLAS|CHANGE_STREAM)_/;

/** Shorter names are too near to variables of other programs (HOST, HOME). */
const shortestForTypos = 10;
const furthestTypo = 2;

function nearestTo(name: string): { readonly name: string; readonly distance: number } {
  const distances = names.map((known) => ({ name: known, distance: editDistance(name, known) }));
  return distances.reduce((best, next) => (next.distance < best.distance ? next : best));
}

/**
 * Variables that are probably ours and misspelt, one sentence each: all that begin like ours, and all others that are a
 * letter or two away from one of ours.
 */
export function findUnknownVariables(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return Object.keys(environment)
    .filter((name) => !names.includes(name) && (environment[name] ?? '') !== '')
    .map((name) => ({ name, nearest: nearestTo(name) }))
    .filter(
      ({ name, nearest }) =>
        ours.test(name) || (nearest.name.length >= shortestForTypos && nearest.distance <= furthestTypo),
    )
    .map(({ name, nearest }) => `${name}: is not a variable of this server; did you mean ${nearest.name}?`);
}
