import { describe, expect, it } from '@jest/globals';
import { providerChain } from '../../../src/databases/provider-chain.js';

describe('providerChain', () => {
  it('prefers what is closest to a real deployment', () => {
    const names = providerChain({}).map((provider) => provider.name);
    expect(names).toEqual(['environment', 'mongod', 'memory-server', 'secantus']);
  });
});
