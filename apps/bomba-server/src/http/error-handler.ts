import { type Logger } from '@bomba/sync-core';
import { type ErrorRequestHandler } from 'express';
import { explainDatabaseError } from './database-problem.js';
import { HttpProblem, sendProblem } from './http-problem.js';

/** What {@link createErrorHandler} needs. */
export interface ErrorHandlerOptions {
  readonly logger: Logger;
  /** Whether Local is connected at this moment. */
  readonly localIsUp: () => boolean;
}

const bodyProblems: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'The body is not valid JSON, or not an object.',
  'entity.too.large': 'The body is larger than 100 kB.',
  'encoding.unsupported': 'The encoding of the body is not supported: send it plain.',
  'charset.unsupported': 'The character set of the body is not supported: send UTF-8.',
};

/** Errors of Express and its body parser say by `status` that the request was at fault. */
function explainRequestError(error: unknown): HttpProblem | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  const kind = 'type' in error ? String(error.type) : '';
  return new HttpProblem(status, bodyProblems[kind] ?? 'The request is malformed.');
}

/** The last handler: every error leaves as a problem document, never as a stack. Faults of the server are logged. */
export function createErrorHandler({ logger, localIsUp }: ErrorHandlerOptions): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known =
      error instanceof HttpProblem
        ? error
        : (explainDatabaseError(error, localIsUp()) ?? explainRequestError(error));
    const problem = known ?? new HttpProblem(500, 'The server failed to do this; its log has the cause.');
    if (problem.status >= 500) {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      const at = { method: request.method, path: request.path, status: problem.status };
      logger.error(`${name}: ${message}`, at);
      if (known === undefined) logger.debug(stack ?? message, at);
    }
    sendProblem(response, problem);
  };
}
