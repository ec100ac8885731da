import { describe, expect, it } from '@jest/globals';
import { findInsecurity } from '../../../src/config/database-security.js';
import { readDatabaseUri } from '../../../src/config/database-uri.js';

function insecurityOf(uri: string): readonly string[] {
  const read = readDatabaseUri(uri);
  if (read === undefined) throw new Error(`${uri} has no shape`);
  return findInsecurity('ATLAS_MONGODB_URI', read);
}

describe('findInsecurity', () => {
  it.each([
    'mongodb://127.0.0.1:27017/bomba',
    'mongodb://localhost,127.0.0.2:1/bomba',
    'mongodb://[::1]:27017/bomba',
    'mongodb://%2Ftmp%2Fmongodb-27017.sock/bomba',
    'mongodb+srv://user:p@cluster.example.net/bomba',
    'mongodb://db.example.net/bomba?tls=true',
    'mongodb://db.example.net/bomba?replicaSet=rs&ssl=true&tlsInsecure=false',
  ])('is content with %s', (uri) => {
    expect(insecurityOf(uri)).toEqual([]);
  });

  it.each([
    'mongodb://db.example.net/bomba',
    'mongodb://10.0.0.5:27017/bomba?tls=false',
    'mongodb://127.0.0.1,db.example.net/bomba',
    'mongodb://localhost.example.net/bomba',
    'mongodb+srv://cluster.example.net/bomba?tls=false',
    'mongodb+srv://cluster.example.net/bomba?ssl=false',
    'mongodb://db.example.net/bomba?tls=true&tls=false',
  ])('demands TLS of %s', (uri) => {
    expect(insecurityOf(uri)).toEqual([expect.stringContaining('add tls=true')]);
  });

  it.each([
    'tlsInsecure=true',
    'tlsAllowInvalidCertificates=true',
    'TLSALLOWINVALIDHOSTNAMES=true',
    'sslAllowInvalidCertificates=true',
    'sslAllowInvalidHostnames=true',
    'sslInsecure=1',
    'sslValidate=false',
    'checkServerIdentity=false',
    'tlsInsecure=false&tlsInsecure=true',
  ])('refuses %s, on this machine too', (option) => {
    expect(insecurityOf(`mongodb+srv://cluster.example.net/bomba?${option}`)).toHaveLength(1);
    expect(insecurityOf(`mongodb://127.0.0.1/bomba?${option}`)).toHaveLength(1);
  });
});
