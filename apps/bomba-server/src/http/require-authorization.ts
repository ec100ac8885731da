import { type Request, type RequestHandler } from 'express';
import { HttpProblem, sendProblem } from './http-problem.js';

/** Lets pass what is authorised and refuses everything else. */
export function requireAuthorization(isAuthorized: (request: Request) => boolean): RequestHandler {
  return (request, response, next) => {
    if (isAuthorized(request)) {
      next();
      return;
    }
    response.set('WWW-Authenticate', 'Bearer');
    sendProblem(
      response,
      new HttpProblem(
        401,
        'Send a key of SYNC_API_KEYS as "Authorization: Bearer <key>" or "x-api-key: <key>".',
      ),
    );
  };
}
