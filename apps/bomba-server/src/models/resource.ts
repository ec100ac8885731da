import { type Schema } from 'mongoose';
import { createBillSchema } from './bill-schema.js';
import { createDeviceSchema } from './device-schema.js';
import { createOpenSchema } from './open-schema.js';
import { createOrderSchema } from './order-schema.js';
import { createProductSchema } from './product-schema.js';
import { createSessionSchema } from './session-schema.js';
import { createUserSchema } from './user-schema.js';

/** A kind of document that the server keeps, under one name in the database and below `/api`. */
export interface Resource {
  /** Collection and path: `products` is served at `/api/products`. */
  readonly name: string;
  readonly modelName: string;
  /** Fields that `?q=` looks into. */
  readonly searchFields: readonly string[];
  /** Fields that never leave the server and that a PUT without them leaves alone. */
  readonly hiddenFields?: readonly string[];
  /** Fields that hooks compute: what a client sends there is ignored. */
  readonly computedFields?: readonly string[];
  readonly createSchema: (branch: string | undefined) => Schema;
}

/** Everything the server keeps. */
export const resources: readonly Resource[] = [
  { name: 'products', modelName: 'Product', searchFields: ['name'], createSchema: createProductSchema },
  {
    name: 'orders',
    modelName: 'Order',
    searchFields: ['number'],
    computedFields: ['total'],
    createSchema: createOrderSchema,
  },
  {
    name: 'bills',
    modelName: 'Bill',
    searchFields: ['number', 'customerName'],
    computedFields: ['total', 'paid', 'status'],
    createSchema: createBillSchema,
  },
  { name: 'devices', modelName: 'Device', searchFields: ['name'], createSchema: createDeviceSchema },
  {
    name: 'sessions',
    modelName: 'Session',
    searchFields: ['customerName', 'deviceName'],
    computedFields: ['price'],
    createSchema: createSessionSchema,
  },
  {
    name: 'users',
    modelName: 'User',
    searchFields: ['name', 'username'],
    hiddenFields: ['password'],
    createSchema: createUserSchema,
  },
  {
    name: 'movies',
    modelName: 'Movie',
    searchFields: ['Title', 'title', 'name'],
    createSchema: createOpenSchema,
  },
  { name: 'cars', modelName: 'Car', searchFields: ['Name', 'name'], createSchema: createOpenSchema },
  {
    name: 'weather',
    modelName: 'Weather',
    searchFields: ['location', 'name'],
    createSchema: createOpenSchema,
  },
];
