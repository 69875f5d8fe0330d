// Passwords are hashed as the broker hashes them.
import { expect, test } from 'vitest';
import { hashingAlgorithms, hashPassword, isHashOf } from '../../src/topology/password-hash.ts';
import { atEnd } from '../at-end.ts';
import { api, broker } from '../broker.ts';
import { authorizationOf } from '../broker-of.ts';

const awkward = ['sesame', 'öffne dich', '\u0000', ' ', 'x'.repeat(1_000), '🐇'];

async function hashOf(user: string): Promise<[hash: string, algorithm: string]> {
  const found = (await api('GET', `users/${user}`)) as Record<string, string>;
  return [found['password_hash'] ?? '', found['hashing_algorithm'] ?? ''];
}

async function mayLogIn(username: string, password: string): Promise<boolean> {
  const authorization = authorizationOf({ ...broker, username, password });
  const answer = await fetch(`${broker.endpoint}/api/whoami`, { headers: { authorization } });
  return answer.ok;
}

test.each(awkward)('the password %j that the broker has hashed is recognised', async (password) => {
  atEnd(() => api('DELETE', 'users/hash-of-broker'));
  await api('PUT', 'users/hash-of-broker', { password, tags: '' });
  const [hash, algorithm] = await hashOf('hash-of-broker');
  expect(isHashOf(password, hash, algorithm)).toBe(true);
  expect(isHashOf(`${password}.`, hash, algorithm)).toBe(false);
});

test.each(hashingAlgorithms)('with a hash by %s the user may log in', async (algorithm) => {
  atEnd(() => api('DELETE', 'users/hash-of-topo'));
  const password_hash = hashPassword('sesame', algorithm);
  const body = { password_hash, hashing_algorithm: algorithm, tags: 'management' };
  await api('PUT', 'users/hash-of-topo', body);
  expect(await hashOf('hash-of-topo')).toEqual([password_hash, algorithm]);
  expect(await mayLogIn('hash-of-topo', 'sesame')).toBe(true);
  expect(await mayLogIn('hash-of-topo', 'simsalabim')).toBe(false);
});

test.each([
  ['', hashingAlgorithms[0] ?? ''],
  ['AAAA', hashingAlgorithms[0] ?? ''],
  [hashPassword('sesame'), 'plugin_hashing'],
])('nothing is recognised in the hash %j by %s', (hash, algorithm) => {
  expect(isHashOf('sesame', hash, algorithm)).toBe(false);
});
