import { STATUS_CODES } from 'node:http';
import { type Response } from 'express';

/** What is wrong with one field of a request. */
export interface FieldProblem {
  readonly field: string;
  readonly detail: string;
}

/** A request that is refused, as the client is told: a problem document of RFC 9457. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  /** `detail`: one sentence with the remedy, without anything secret. */
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly errors?: readonly FieldProblem[],
  ) {
    super(detail);
  }
}

/** Answers with a problem document. */
export function sendProblem(response: Response, { status, detail, errors }: HttpProblem): void {
  const title = STATUS_CODES[status] ?? 'Error';
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, detail, ...(errors && { errors }) }));
}
