/**
 * Words that may accompany a log line: `side`, `collection`, `documentId`, `attempt`, `code`, counts and durations.
 * Never a document, a URI or a key.
 *
 * @public
 */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where the engine reports; must not throw. The default is silent. @public */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to each line. */
  child(fields: LogFields): Logger;
}

const silence = (): void => undefined;

/** Says nothing. @public */
export const silentLogger: Logger = {
  debug: silence,
  info: silence,
  warn: silence,
  error: silence,
  child: () => silentLogger,
};
