// RabbitMQ's hashes of passwords: the base64 of four bytes of salt and the digest of salt and
// password.
import { createHash, randomBytes } from 'node:crypto';

/** The digest of each hashing algorithm, as node:crypto calls it. */
const digests: ReadonlyMap<string, string> = new Map([
  ['rabbit_password_hashing_sha256', 'sha256'],
  ['rabbit_password_hashing_sha512', 'sha512'],
  ['rabbit_password_hashing_md5', 'md5'],
]);

export const hashingAlgorithms: readonly string[] = [...digests.keys()];
const defaultAlgorithm = 'rabbit_password_hashing_sha256';

const saltBytes = 4;

/** That of a hash that comes without one, by its length: RabbitMQ exports both since 3.6. */
export function impliedAlgorithm(hash: string): string {
  const bytes = Buffer.from(hash, 'base64').length - saltBytes;
  const found = [...digests].find(([, digest]) => createHash(digest).digest().length === bytes);
  return found?.[0] ?? defaultAlgorithm;
}

/** Throws for an algorithm that no RabbitMQ brings along. */
export function hashPassword(
  password: string,
  algorithm = defaultAlgorithm,
  salt: Uint8Array = randomBytes(saltBytes),
): string {
  const digest = digests.get(algorithm);
  if (digest === undefined) throw new Error(`no hashing algorithm ${algorithm}`);
  const hashed = createHash(digest).update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, hashed]).toString('base64');
}

/** Whether the password is the one that was hashed; false if that can't be known. */
export function isHashOf(password: string, hash: string, algorithm: string): boolean {
  const salt = Buffer.from(hash, 'base64').subarray(0, saltBytes);
  if (!digests.has(algorithm) || salt.length < saltBytes) return false;
  return hashPassword(password, algorithm, salt) === hash;
}
