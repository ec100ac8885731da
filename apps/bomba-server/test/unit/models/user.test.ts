import { describe, expect, it } from '@jest/globals';
import { compare } from 'bcryptjs';
import { compileInMemory } from '../../support/models-in-memory.js';

const { model: User } = compileInMemory()('users');
const password = 'كلمة سر طويلة';
const salma = { username: 'Salma', name: 'Salma', password };

describe('a user', () => {
  it('keeps a hash of the password, not the password', async () => {
    const user = await new User(salma).save();
    const stored = String(user.get('password'));
    expect(stored).toMatch(/^\$2[aby]\$10\$/);
    expect(await compare(password, stored)).toBe(true);
    expect(await compare('wrong', stored)).toBe(false);
  });

  it('does not hash a hash, so that a copy from another branch keeps its password', async () => {
    const first = await new User(salma).save();
    const copy = await new User(first.toObject()).save();
    expect(copy.get('password')).toBe(first.get('password'));
  });

  it.each([
    ['a short password', 'short'],
    ['a password that bcrypt would cut off', 'ن'.repeat(37)],
  ])('refuses %s', async (_what, wrong) => {
    await expect(new User({ ...salma, password: wrong }).save()).rejects.toThrow('validation failed');
  });
});
