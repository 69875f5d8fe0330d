// Draws users, and what they may do.
import fc from 'fast-check';
import { toText, vhost, type Entry } from './definitions.ts';
import { counts } from './draw-values.ts';
import { passwords } from './passwords.ts';

const hashes = [1, 2].map((byte) => Buffer.alloc(36, byte).toString('base64'));

const secrets = fc.oneof(
  fc.record({ password: fc.constantFrom(...passwords) }),
  fc.record({
    password_hash: fc.constantFrom(...hashes),
    hashing_algorithm: fc.constantFrom(
      'rabbit_password_hashing_sha256',
      'rabbit_password_hashing_sha512',
    ),
  }),
);

export const user = (name: string): fc.Arbitrary<Entry> =>
  fc
    .record(
      {
        name: fc.constant(name),
        tags: fc.oneof(
          fc.subarray(['management', 'monitoring', 'own']),
          fc.constantFrom('', 'management', 'monitoring,policymaker'),
        ),
        limits: fc.record({ 'max-connections': counts, 'max-channels': counts }),
      },
      { requiredKeys: ['name', 'limits'] },
    )
    .chain((entry) => secrets.map((secret) => ({ ...entry, ...secret })));

const patterns = fc.constantFrom('', '.*', '^orders\\.', 'ä|ö', '^(?!amq\\.)');

export const permission = (user: string): fc.Arbitrary<Entry> =>
  fc.record({
    user: fc.constant(user),
    vhost: fc.constant(vhost),
    configure: patterns,
    write: patterns,
    read: patterns,
  });

export function topicPermissions(
  users: readonly string[],
  exchanges: readonly string[],
): fc.Arbitrary<Entry[]> {
  if (users.length === 0) return fc.constant([]);
  const one = fc.record({
    user: fc.constantFrom(...users),
    vhost: fc.constant(vhost),
    // No deleting one for the exchange '': that request deletes all of the user's.
    exchange: fc.constantFrom('amq.topic', ...exchanges),
    write: patterns,
    read: patterns,
  });
  const selector = ({ user, exchange }: Entry) => toText([user, exchange]);
  return fc.uniqueArray(one, { maxLength: 2, selector });
}
