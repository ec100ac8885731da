import { type LogFields, type Logger } from '@bomba/sync-core';

/** One line that was logged. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps what is logged. */
export class RecordingLogger implements Logger {
  readonly lines: LogLine[] = [];

  debug = (message: string, fields: LogFields = {}): void => this.#keep({ level: 'debug', message, fields });
  info = (message: string, fields: LogFields = {}): void => this.#keep({ level: 'info', message, fields });
  warn = (message: string, fields: LogFields = {}): void => this.#keep({ level: 'warn', message, fields });
  error = (message: string, fields: LogFields = {}): void => this.#keep({ level: 'error', message, fields });

  child(): Logger {
    return this;
  }

  #keep(line: LogLine): void {
    this.lines.push(line);
  }
}
