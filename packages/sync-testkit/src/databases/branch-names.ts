/**
 * The names of the branches: those given, or a, b, c… for a number.
 *
 * @throws RangeError when a name does not fit (letters, digits and `-`, unique, not `atlas`), or there is none.
 */
export function branchNames(branches: number | readonly string[]): readonly string[] {
  const names =
    typeof branches === 'number' ? Array.from({ length: branches }, (_, index) => letters(index)) : branches;
  const fit = names.every((name) => /^[a-z0-9-]+$/i.test(name) && name !== 'atlas');
  if (names.length > 0 && fit && new Set(names).size === names.length) return names;
  throw new RangeError(
    `branches must be a number above 0 or unique names of letters, digits and "-" other than "atlas", got ${JSON.stringify(branches)}`,
  );
}

function letters(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
}
