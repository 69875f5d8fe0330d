// Knows the passwords that cases give, and recognises their salted hashes.
import { createHash } from 'node:crypto';
import type { Entry } from './definitions.ts';

export const passwords = ['secret', 'größe 🐇', '5', ' '] as const;

/** Two hashes of one password differ by their salts. */
export function withPassword(entry: Entry): Entry {
  const { password_hash: hash, hashing_algorithm: algorithm } = entry;
  const password = passwords.find((one) => isHashOf(one, String(hash), String(algorithm)));
  return password === undefined ? entry : { ...entry, password_hash: `of ${password}` };
}

function isHashOf(password: string, hash: string, algorithm: string): boolean {
  const bytes = Buffer.from(hash, 'base64');
  const salt = bytes.subarray(0, 4);
  const digest = createHash(algorithm.replace('rabbit_password_hashing_', ''));
  return digest.update(salt).update(password).digest().equals(bytes.subarray(4));
}
