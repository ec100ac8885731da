/** The server cannot start for a reason that the operator can remove; the message is one sentence with the remedy. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
