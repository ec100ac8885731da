import { type LogFields, type Logger } from '@bomba/sync-core';
import winston from 'winston';
import { formatLine } from './format-line.js';
import { createRedactor } from './redact.js';

/** What {@link createLogger} needs. */
export interface LoggerOptions {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly format: 'text' | 'json';
  /** What no line may show. */
  readonly secrets: readonly string[];
  /** Where lines go. Default: standard error. */
  readonly stream?: NodeJS.WritableStream;
}

const toLogger = (logger: winston.Logger, fixed: LogFields): Logger => ({
  debug: (message, fields) => void logger.debug(message, { fields: { ...fixed, ...fields } }),
  info: (message, fields) => void logger.info(message, { fields: { ...fixed, ...fields } }),
  warn: (message, fields) => void logger.warn(message, { fields: { ...fixed, ...fields } }),
  error: (message, fields) => void logger.error(message, { fields: { ...fixed, ...fields } }),
  child: (fields) => toLogger(logger, { ...fixed, ...fields }),
});

/** Winston behind the logger port of sync. Each finished line is redacted, whatever it is made of. */
export function createLogger({ level, format, secrets, stream = process.stderr }: LoggerOptions): Logger {
  const redact = createRedactor(secrets);
  const line = winston.format.printf((info) => redact(formatLine(info, format)));
  return toLogger(
    winston.createLogger({
      level,
      format: winston.format.combine(winston.format.timestamp(), line),
      transports: [new winston.transports.Stream({ stream })],
    }),
    {},
  );
}
