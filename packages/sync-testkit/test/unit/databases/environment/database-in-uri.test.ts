import { describe, expect, it } from '@jest/globals';
import { databaseIn, withDatabase } from '../../../../src/databases/environment/database-in-uri.js';

describe('databaseIn', () => {
  it.each([
    ['mongodb://localhost:27017/shop', 'shop'],
    ['mongodb://localhost:27017', undefined],
    ['mongodb://localhost/?replicaSet=rs', undefined],
    ['mongodb+srv://user:p%2Fw@cluster.example.net/shop?retryWrites=true', 'shop'],
    ['not a connection string', undefined],
  ])('of %s is %s', (uri, database) => {
    expect(databaseIn(uri)).toBe(database);
  });
});

describe('withDatabase', () => {
  it('changes nothing but the database', () => {
    expect(withDatabase('mongodb://h1:1,h2:2/shop?replicaSet=rs', 'other')).toBe(
      'mongodb://h1:1,h2:2/other?replicaSet=rs',
    );
    expect(withDatabase('mongodb://localhost', 'other')).toBe('mongodb://localhost/other');
  });

  it('goes on authenticating where it did before', () => {
    expect(withDatabase('mongodb://u:p@localhost/shop', 'other')).toBe(
      'mongodb://u:p@localhost/other?authSource=shop',
    );
    expect(withDatabase('mongodb+srv://u:p@cluster', 'other')).toBe(
      'mongodb+srv://u:p@cluster/other?authSource=admin',
    );
    expect(withDatabase('mongodb://u:p@localhost/shop?authSource=users', 'other')).toBe(
      'mongodb://u:p@localhost/other?authSource=users',
    );
  });
});
