import { Mongoose } from 'mongoose';
import { compileModels, type CompiledResource } from '../../src/models/compile-models.js';

/** The models on a Mongoose that is not connected; inserts are accepted and go nowhere, so that hooks can be seen. */
export function compileInMemory(branch?: string): (name: string) => CompiledResource {
  const mongoose = new Mongoose();
  mongoose.set('bufferCommands', false).set('autoIndex', false).set('autoCreate', false);
  const compiled = compileModels(mongoose, branch);
  for (const { model } of compiled) {
    Object.assign(model.collection, {
      insertOne: (document: { _id: unknown }) =>
        Promise.resolve({ acknowledged: true, insertedId: document._id }),
    });
  }
  return (name) => {
    const found = compiled.find((resource) => resource.name === name);
    if (found === undefined) throw new Error(`no resource ${name}`);
    return found;
  };
}
