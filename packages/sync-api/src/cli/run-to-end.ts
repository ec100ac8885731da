import { type FullSyncReport, showProgress } from '@bomba/sync-core';
import { type Answer } from './client/api-client.js';
import { CliError } from './cli-error.js';
import { type ExitCode, exitCodes } from './exit-code.js';
import { followRun } from './follow-run.js';
import { countOf, runLines } from './printing/print-run.js';
import { toWord } from './printing/record-id.js';
import { type Session } from './session.js';

/** Starts a run; the signal ends the wait for it. */
export type StartRun = (signal: AbortSignal) => Promise<Answer<FullSyncReport>>;

/** How a run is carried out. */
export interface RunOptions {
  /** Only started; nobody watches. Default false. */
  readonly detach?: boolean | undefined;
}

/** Starts a run and stays with it to its end, or only starts it. */
export async function carryOut(
  session: Session,
  { detach = false }: RunOptions,
  start: StartRun,
): Promise<ExitCode> {
  if (!detach) return runToEnd(session, start);
  session.answer(await start(new AbortController().signal), runLines);
  return exitCodes.done;
}

/**
 * Starts a run, shows its progress, and prints what it found. Ctrl-C cancels it, and what it has found so far is printed; a
 * second one leaves it to itself.
 */
async function runToEnd(session: Session, start: StartRun): Promise<ExitCode> {
  const { shell } = session;
  const leave = new AbortController();
  const canceller = new Canceller(session, leave);
  const off = shell.onInterrupt(() => canceller.interrupt());
  try {
    const { value: run } = await start(leave.signal);
    canceller.started(run.id);
    const code = await watchToEnd(session, run.id, leave.signal);
    return code === exitCodes.refused && canceller.isAsked ? exitCodes.interrupted : code;
  } finally {
    off();
  }
}

/** Shows the progress of a run, and prints what it found. */
export async function watchToEnd(session: Session, id: string, leave: AbortSignal): Promise<ExitCode> {
  const { api, shell } = session;
  const onReport = showProgress(shell.stderr, shell.clock);
  const last = await followRun({ api, id, clock: shell.clock, leave, onReport }).catch((error: unknown) => {
    // The progress line stands there without an end.
    aside(session, '');
    if (error instanceof CliError && error.exitCode !== exitCodes.refused)
      session.note(`The run goes on without you: bomba-sync runs show ${toWord(id)}`);
    throw error;
  });
  session.answer(last, runLines);
  return exitCodeOf(last.value);
}

/** Says something below the progress, which is one line without an end on a terminal. */
function aside({ shell: { stderr } }: Session, text: string): void {
  stderr.write(stderr.isTTY ? `\n${text}` : text);
}

function exitCodeOf(run: FullSyncReport): ExitCode {
  if (run.state !== 'completed') return exitCodes.refused;
  return run.dryRun && countOf(run, 'differentCount') > 0 ? exitCodes.found : exitCodes.done;
}

/** What Ctrl-C does: the run may not be known yet when it comes. */
class Canceller {
  readonly #session: Session;
  readonly #leave: AbortController;
  #id: string | null = null;
  #isAsked = false;

  constructor(session: Session, leave: AbortController) {
    this.#session = session;
    this.#leave = leave;
  }

  get isAsked(): boolean {
    return this.#isAsked;
  }

  interrupt(): void {
    if (this.#isAsked) {
      this.#leave.abort();
      return;
    }
    this.#isAsked = true;
    aside(this.#session, 'Cancelling; Ctrl-C once more leaves the run to itself.\n');
    if (this.#id !== null) void this.#cancel(this.#id);
  }

  started(id: string): void {
    this.#id = id;
    if (this.#isAsked) void this.#cancel(id);
  }

  async #cancel(id: string): Promise<void> {
    try {
      await this.#session.api.post(`/full/${encodeURIComponent(id)}/cancel`, { signal: this.#leave.signal });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      this.#session.refusal(error);
    }
  }
}
