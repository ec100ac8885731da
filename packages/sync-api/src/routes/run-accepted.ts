import { type FullSyncReport } from '@bomba/sync-core';
import { type Request } from 'express';
import { type Reply } from '../http/endpoint.js';

/** 202: the run goes on by itself, and here it can be watched. */
export function runAccepted({ baseUrl }: Pick<Request, 'baseUrl'>, report: FullSyncReport): Reply {
  return {
    status: 202,
    json: report,
    headers: { Location: `${baseUrl}/full/${encodeURIComponent(report.id)}` },
  };
}
