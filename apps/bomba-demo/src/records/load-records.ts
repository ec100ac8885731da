import { createSync } from '@bomba/sync-mongo';
import { Mongoose } from 'mongoose';
import { DemoError } from '../demo-error.js';
import { type CafeRecord } from './cafe-records.js';
import { type RecordSet } from './public-records.js';

const BATCH_SIZE = 500;

/**
 * Writes the public records to a branch's Local, as one more process of that branch: its writes are captured, and the
 * branch's server, which runs the engine, finds and pushes them.
 */
export async function loadPublicRecords(localUri: string, sets: readonly RecordSet[]): Promise<void> {
  const mongoose = new Mongoose();
  createSync({ mongoose, atlas: { uri: undefined } });
  await mongoose.connect(localUri);
  try {
    for (const { collection, modelName, records } of sets) {
      const model = mongoose.model(modelName, new mongoose.Schema({}, { strict: false }), collection);
      for (let start = 0; start < records.length; start += BATCH_SIZE) {
        await model.insertMany(records.slice(start, start + BATCH_SIZE));
      }
    }
  } finally {
    await mongoose.disconnect();
  }
}

/** Creates the cafe's records over a branch's REST interface, so that the hooks of its models run. */
export async function createCafeRecords(url: string, records: readonly CafeRecord[]): Promise<void> {
  for (const { resource, body } of records) {
    const response = await fetch(`${url}/api/${resource}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok)
      throw new DemoError(`The server refused a record of ${resource} (status ${response.status}).`);
  }
}
