/** Whether a signal has aborted by now: it may have since the last look. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
