/** A law that a simulated history broke. */
export class Violation extends Error {
  override readonly name = 'Violation';
}
