/** Something that keeps the demo from running, as one sentence with the remedy. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}
