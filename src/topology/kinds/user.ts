// The row of users: RabbitMQ's internal users, with their tags and limits.
import { addressOfUser } from '../address.ts';
import { nameBreaches } from '../name-rules.ts';
import type { User } from '../object.ts';
import { quote } from '../quote.ts';
import { hashPassword, isHashOf } from '../password-hash.ts';
import { Secret } from '../secret.ts';
import { limitsOf, tagsOf, textOf, type RowOf } from './kind.ts';

/** An entry of a definitions file, a topology file or the management API. */
interface RawUser {
  name: unknown;
  tags?: unknown;
  password?: unknown;
  password_hash?: string;
  hashing_algorithm?: string;
  limits?: unknown;
}

function normalizeUser(raw: RawUser): User {
  return {
    kind: 'user',
    vhost: null,
    name: textOf(raw.name),
    tags: tagsOf(raw.tags ?? []),
    password: typeof raw.password === 'string' ? new Secret(raw.password) : undefined,
    password_hash: raw.password_hash,
    hashing_algorithm: raw.hashing_algorithm,
    limits: limitsOf(raw.limits),
  };
}

const usual = 'rabbit_password_hashing_sha256';

/** With a hash in place of the password: the live one if it is of the same password. */
function settle({ password, ...user }: User, live: User | undefined): User {
  if (password === undefined) return user;
  const { password_hash: hash = '', hashing_algorithm: algorithm = usual } = live ?? {};
  const text = password.reveal();
  if (isHashOf(text, hash, algorithm))
    return { ...user, password_hash: hash, hashing_algorithm: algorithm };
  return { ...user, password_hash: hashPassword(text, usual), hashing_algorithm: usual };
}

const addressOf = ({ name }: User) => addressOfUser(name);
const render = ({ name }: User): string => `user ${quote(name)}`;

export const user: RowOf<'user'> = {
  section: 'users',
  path: 'users',
  changes: 'update',
  fields: {
    name: { type: 'string' },
    tags: { type: 'list', byDefault: [] },
    password_hash: { type: 'string' },
    hashing_algorithm: { type: 'string' },
    limits: { type: 'map' },
  },
  attributes: ['tags', 'password_hash', 'hashing_algorithm', 'limits'],
  rules: [({ name }) => nameBreaches(name, 'user name', ['name'])],
  normalize: (raw) => normalizeUser(raw as RawUser),
  settle,
  addressOf,
  homeOf: (object) => ({ address: addressOf(object), kind: 'user', name: object.name }),
  namesOf: ({ name }) => [name],
  isBrokersOwn: () => false,
  render,
  renderIdentity: render,
};
