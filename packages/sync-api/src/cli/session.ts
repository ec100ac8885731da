import { type ApiClient, type Answer } from './client/api-client.js';
import { type CliError } from './cli-error.js';
import { safeJson } from './printing/safe-text.js';
import { type Style } from './printing/table.js';
import { type Shell } from './shell.js';

/** What a command works with: the server, and whoever typed it. */
export class Session {
  readonly api: ApiClient;
  readonly shell: Shell;
  readonly #isJson: boolean;

  constructor({
    api,
    shell,
    json,
  }: {
    readonly api: ApiClient;
    readonly shell: Shell;
    readonly json: boolean;
  }) {
    this.api = api;
    this.shell = shell;
    this.#isJson = json;
  }

  /** Prints an answer: as it is for programs, else in the lines that it is shown with. */
  answer<T>({ value, text }: Answer<T>, toLines: (value: T, style: Style) => readonly string[]): void {
    if (!this.#isJson) this.#print(toLines(value, { isTerminal: this.shell.stdout.isTTY === true }));
    else if (text !== '') this.#print([safeJson(text)]);
  }

  /** Says something beside the answer. */
  note(text: string): void {
    this.shell.stderr.write(`${text}\n`);
  }

  /** Says why something was not done. */
  refusal({ message }: CliError): void {
    this.note(message);
  }

  #print(lines: readonly string[]): void {
    this.shell.stdout.write(`${lines.join('\n')}\n`);
  }
}
