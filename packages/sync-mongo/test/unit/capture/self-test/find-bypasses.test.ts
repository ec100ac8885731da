import { describe, expect, it } from '@jest/globals';
import { Mongoose } from 'mongoose';
import { findBypasses } from '../../../../src/capture/self-test/find-bypasses.js';

describe('the self-test', () => {
  it('finds nothing in the Mongoose at hand, and leaves it as it was', async () => {
    const mongoose = new Mongoose();
    expect(await findBypasses(mongoose)).toEqual([]);
    expect([mongoose.connections.length, Object.keys(mongoose.models)]).toEqual([1, []]);
  });

  it('names the methods that a changed Mongoose no longer calls', async () => {
    class Changed extends Mongoose {
      override model(...args: unknown[]): never {
        const model = Reflect.apply(super.model.bind(this), this, args) as object;
        const done = { exec: () => Promise.resolve() };
        return Object.assign(model, { updateOne: () => done, deleteMany: () => done }) as never;
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
