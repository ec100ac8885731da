import { describe, expect, it } from '@jest/globals';
import { Mongoose, type Schema } from 'mongoose';
import { findBypasses } from '../../../../src/capture/self-test/find-bypasses.js';

describe('the self-test', () => {
  it('finds nothing in the Mongoose at hand, and leaves it as it was', async () => {
    const mongoose = new Mongoose();
    expect(await findBypasses(mongoose)).toEqual([]);
    expect([mongoose.connections.length, Object.keys(mongoose.models)]).toEqual([1, []]);
  });

  it('names the methods that a changed Mongoose no longer calls', async () => {
    const done = { exec: () => Promise.resolve() };
    class Changed extends Mongoose {
      constructor(options?: object) {
        super(options);
        const compile = this.model.bind(this);
        const changed = { updateOne: () => done, deleteMany: () => done };
        Object.assign(this, {
          model: (name: string, schema: Schema) => Object.assign(compile(name, schema), changed),
        });
      }
    }
    expect(await findBypasses({ Mongoose: Changed } as never)).toEqual(['updateOne', 'deleteMany']);
  });

  it('says when models are no longer announced', async () => {
    class Silent extends Mongoose {
      constructor(options?: object) {
        super(options);
        this.connection.emit = () => true;
      }
    }
    expect(await findBypasses({ Mongoose: Silent } as never)).toEqual(['model']);
  });
});
