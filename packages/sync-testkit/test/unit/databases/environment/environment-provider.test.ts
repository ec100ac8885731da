import { describe, expect, it } from '@jest/globals';
import { environmentProvider } from '../../../../src/databases/environment/environment-provider.js';
import { type Preparation } from '../../../../src/databases/provider.js';
import { branchSeat, fakeRequest } from '../fake-request.js';

const nowhere = 'mongodb://user:secret@127.0.0.1:1/shop?serverSelectionTimeoutMS=1';
const both = { LOCAL_MONGODB_URI: nowhere, ATLAS_MONGODB_URI: nowhere };

function prepare(environment: NodeJS.ProcessEnv, request = fakeRequest()): Promise<Preparation> {
  return environmentProvider(environment).prepare(request, () => undefined);
}

describe('environmentProvider', () => {
  it('names the variables that are missing', async () => {
    expect(await prepare({})).toMatchObject({ reason: 'LOCAL_MONGODB_URI and ATLAS_MONGODB_URI not set' });
    expect(await prepare({ LOCAL_MONGODB_URI: nowhere })).toMatchObject({
      reason: 'ATLAS_MONGODB_URI not set',
    });
  });

  it('runs no test on a deployment without being told to', async () => {
    expect(await prepare(both)).toMatchObject({ reason: 'BOMBA_USE_ENV_DATABASES is not 1' });
  });

  it('does not touch a deployment that it is told not to, even where data is kept', async () => {
    const environment = { ...both, BOMBA_USE_ENV_DATABASES: '0' };
    expect(await prepare(environment, fakeRequest({ keepData: true }))).toMatchObject({ available: false });
  });

  it('needs no URI of Atlas where no Atlas is wanted', async () => {
    const environment = { LOCAL_MONGODB_URI: nowhere, BOMBA_USE_ENV_DATABASES: '1' };
    const preparation = await prepare(environment, fakeRequest({ seats: [branchSeat] }));
    expect(preparation).toMatchObject({ reason: expect.stringContaining('LOCAL_MONGODB_URI failed') });
  });

  it('keeps passwords out of what it says about a deployment that cannot be reached or read', async () => {
    for (const uri of [nowhere, 'mongodb://user:secret@:x:/']) {
      const environment = { LOCAL_MONGODB_URI: uri, ATLAS_MONGODB_URI: uri, BOMBA_USE_ENV_DATABASES: '1' };
      const preparation = await prepare(environment);
      expect(preparation.available).toBe(false);
      expect(JSON.stringify(preparation)).not.toContain('secret');
    }
  });
});
