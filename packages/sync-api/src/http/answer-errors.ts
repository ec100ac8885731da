import { type Logger } from '@bomba/sync-core';
import { type ErrorRequestHandler, type NextFunction, type Request, type Response } from 'express';
import { toProblem, toSyncError } from './problem.js';
import { RequestRefusal } from './request-refusal.js';

/** The last handler of the router: every error becomes a problem document. */
export function answerErrors(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, request: Request, response: Response, next: NextFunction): void => {
    const error = toSyncError(thrown);
    const problem = toProblem(error);
    log(logger, { request, code: error.code, status: problem.status, cause: error.cause });
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof RequestRefusal) response.set(error.headers);
    response.set('Cache-Control', 'no-store').status(problem.status);
    response.type('application/problem+json').json(problem);
  };
}

interface Failure {
  readonly request: Request;
  readonly code: string;
  readonly status: number;
  readonly cause: unknown;
}

/** An unforeseen error is logged by class and place only: its message may hold a URI or a document. */
function log(logger: Logger, { request, code, status, cause }: Failure): void {
  const fields = { method: request.method, code, status };
  if (status < 500) logger.warn('API request refused.', fields);
  else
    logger.error('API request failed.', cause instanceof Error ? { ...fields, ...traceOf(cause) } : fields);
}

function traceOf({ name, stack = '' }: Error): { readonly error: string; readonly place: string } {
  const [place = ''] = stack.split('\n').filter((line) => /^ +at /.test(line));
  return { error: name, place: place.trim() };
}
