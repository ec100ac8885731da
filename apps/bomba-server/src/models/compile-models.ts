import { type Model, type Mongoose } from 'mongoose';
import { type Resource, resources } from './resource.js';

/** A model as the generic routes use it. */
export type ResourceModel = Model<Record<string, unknown>>;

/** A resource with its model. */
export interface CompiledResource extends Resource {
  readonly model: ResourceModel;
}

/** Compiles the models of all resources on this Mongoose; `branch` prefixes the numbers that they give out. */
export function compileModels(mongoose: Mongoose, branch: string | undefined): readonly CompiledResource[] {
  return resources.map((resource) => {
    // `id` belongs to the documents: data sets have a field of that name.
    const schema = resource.createSchema(branch).set('id', false);
    return {
      ...resource,
      model: mongoose.model<Record<string, unknown>>(resource.modelName, schema, resource.name),
    };
  });
}
