import { Schema } from 'mongoose';

/** Documents of any shape, as public data sets bring them: nothing is declared, everything is kept. */
export const createOpenSchema = (): Schema => new Schema({}, { strict: false, minimize: false });
