import {
  createDocumentKey,
  type ModelEntry,
  type ModelOperation,
  type Refusal,
  silentLogger,
} from '@bomba/sync-core';
import { BSON, type Document } from 'mongodb';
import mongoose, { type Schema } from 'mongoose';
import { MongooseModelLane } from '../../../src/apply/mongoose-model-lane.js';
import { RemoteApply } from '../../../src/apply/remote-apply.js';
import { type AnyModel } from '../../../src/capture/index.js';
import { excludedFields } from '../../../src/fields/excluded-fields.js';
import { systemClock } from '../../../src/system/system-clock.js';

/** A lane over one model that is never connected. */
export interface ProbeLane {
  readonly warnings: readonly string[];
  readonly model: AnyModel;
  /** What the model makes of a state. */
  readonly pass: (
    state: Document | Uint8Array,
    options?: Partial<Omit<ModelEntry, 'key' | 'body'>>,
  ) => Promise<Uint8Array | Refusal>;
}

/** How a lane is made. */
export interface ProbeOptions {
  readonly remoteApply?: RemoteApply;
  /** Other kinds of the model, by the value that names them. */
  readonly kinds?: Readonly<Record<string, Schema>>;
  /** Fields that do not travel. */
  readonly exclude?: readonly string[];
}

/** Makes a lane for a schema. */
export function probeLane(
  schema: Schema,
  { remoteApply = new RemoteApply(), kinds = {}, exclude = [] }: ProbeOptions = {},
): ProbeLane {
  const apart = new mongoose.Mongoose({ bufferCommands: false, autoCreate: false, autoIndex: false });
  const compiled = apart.model('Probe', schema);
  for (const [kind, each] of Object.entries(kinds)) compiled.discriminator(`Probe ${kind}`, each, kind);
  const model = compiled as unknown as AnyModel;
  const warnings: string[] = [];
  const lane = new MongooseModelLane({
    models: { modelOf: () => model, rulesOf: () => 'the rules of the probe' },
    remoteApply,
    excludedFields: excludedFields({ probes: { exclude } }),
    clock: systemClock,
    logger: { ...silentLogger, warn: (message) => void warnings.push(message) },
  });
  return {
    ...{ warnings, model },
    pass: async (state, options) => {
      const body = state instanceof Uint8Array ? state : BSON.serialize(state);
      const entry: ModelEntry = {
        ...{ key: createDocumentKey('probes', 'int:1'), body },
        ...{ logic: 'run', previous: 'unknown', isRepeated: false, ...options },
      };
      const operation: ModelOperation = { side: 'model', op: 'pass', entries: [entry] };
      const [result] = await lane.run(operation);
      if (!result) throw new Error('one state was passed');
      return result;
    },
  };
}

/** A body, read as an application reads it. */
export function read(result: Uint8Array | Refusal): Document {
  if (!(result instanceof Uint8Array)) throw new Error(`refused: ${result.code} ${result.reason}`);
  return BSON.deserialize(result);
}

/** The bytes of a document. */
export const bytes = (document: Document): Uint8Array => BSON.serialize(document);
