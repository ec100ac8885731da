import { describe, expect, it } from '@jest/globals';
import { insecureReasons } from '../../../src/connection/insecure-reasons.js';

describe('a connection to Atlas', () => {
  it.each([
    'mongodb+srv://user:password@cluster.example.net/bomba',
    'mongodb://user:password@db.example.net/bomba?tls=true',
    'mongodb://localhost:27017/bomba',
    'mongodb://127.0.0.1:27017,127.0.0.2:27018/bomba?replicaSet=rs0',
    'mongodb://[::1]:27017/bomba',
  ])('by %s is safe', (uri) => {
    expect(insecureReasons(uri, {})).toEqual([]);
  });

  it.each([
    ['mongodb://user:password@db.example.net/bomba', /without TLS/],
    ['mongodb+srv://user:password@cluster.example.net/bomba?tls=false', /without TLS/],
    ['mongodb://127.0.0.1,db.example.net/bomba', /without TLS/],
    ['mongodb://127.0.0.1.example.net/bomba', /without TLS/],
    ['mongodb+srv://cluster.example.net/bomba?tlsInsecure=true', /checks of TLS/],
    ['mongodb+srv://cluster.example.net/bomba?tlsAllowInvalidCertificates=true', /checks of TLS/],
    ['mongodb+srv://cluster.example.net/bomba?tlsAllowInvalidHostnames=true', /checks of TLS/],
    ['http://example.net', /not a connection string/],
    ['', /not a connection string/],
  ])('by %s is not', (uri, reason) => {
    const reasons = insecureReasons(uri, {});
    expect(reasons.join('\n')).toMatch(reason);
    expect(reasons.join('\n')).not.toContain('password');
  });

  it('is judged by its options too', () => {
    const uri = 'mongodb://db.example.net/bomba';
    expect(insecureReasons(uri, { client: { tls: true } })).toEqual([]);
    const unchecked = { tls: true, rejectUnauthorized: false };
    expect(insecureReasons(uri, { client: unchecked }).join()).toMatch(/checks of TLS/);
  });

  it('may be unsafe where that is asked for, but never nonsense', () => {
    expect(insecureReasons('mongodb://db.example.net/bomba', { allowInsecure: true })).toEqual([]);
    expect(insecureReasons('nonsense', { allowInsecure: true })).toHaveLength(1);
  });
});
