// The row of users: RabbitMQ's internal users, with their tags, passwords and limits.
import { addressOfUser } from '../address.ts';
import type { User } from '../object.ts';
import { impliedAlgorithm } from '../password-hash.ts';
import {
  isSamePassword,
  livePassword,
  parsePassword,
  renderPassword,
  type Password,
  type Source,
} from '../password.ts';
import { quote } from '../quote.ts';
import { Secret } from '../secret.ts';
import { userRules } from '../user-rules.ts';
import { limitsOf, tagsOf, textOf, type RowOf } from './kind.ts';

/** An entry of a definitions file, a topology file or the management API. */
export interface RawUser {
  readonly name: unknown;
  readonly tags?: unknown;
  readonly limits?: unknown;
  readonly password?: string;
  readonly password_file?: string;
  readonly password_hash?: string;
  readonly hashing_algorithm?: string;
  readonly generate?: boolean;
  /** Where a text or a hash comes from, if not from the broker. */
  readonly from?: Source;
}

function normalizeUser(raw: RawUser): User {
  return {
    kind: 'user',
    vhost: null,
    name: textOf(raw.name),
    tags: tagsOf(raw.tags ?? []),
    password: passwordIn(raw),
    limits: limitsOf(raw.limits),
  };
}

/** Undefined if the entry leaves it as the broker has it. */
function passwordIn(raw: RawUser): Password | undefined {
  const { password, password_file: path, password_hash: hash, from = { kind: 'entry' } } = raw;
  if (password !== undefined) return { kind: 'text', text: new Secret(password), from };
  if (path !== undefined) return { kind: 'text', from: { kind: 'file', path } };
  if (raw.generate === true) return { kind: 'generated' };
  if (hash === undefined) return undefined;
  const found = livePassword(hash, raw.hashing_algorithm ?? impliedAlgorithm(hash));
  return found.kind === 'hash' ? { ...found, from: raw.from } : found;
}

function fromFields(fields: object): User {
  const { password, ...rest } = fields as { password?: string; name: unknown };
  return {
    ...normalizeUser(rest),
    password: password === undefined ? undefined : parsePassword(password),
  };
}

function toEntry({ name, tags, password, limits }: User): Record<string, unknown> {
  const known = { name, tags, ...(password && passwordFields(password)) };
  return limits === undefined ? known : { ...known, limits };
}

function passwordFields(password: Password): Record<string, unknown> {
  switch (password.kind) {
    case 'none':
      return { password_hash: '' };
    case 'generated':
      return { generate: true };
    case 'text': {
      const { from, text } = password;
      return from.kind === 'file' ? { password_file: from.path } : { password: text?.reveal() };
    }
    case 'hash':
      return { password_hash: password.hash?.reveal(), hashing_algorithm: password.algorithm };
    default:
      return {};
  }
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
    password: { type: 'string' },
    limits: { type: 'map' },
  },
  attributes: ['tags', 'password', 'limits'],
  veils: {
    password: {
      isSame: (a, b) => isSamePassword(a as Password, b as Password),
      render: (password) => renderPassword(password as Password),
    },
  },
  rules: userRules,
  normalize: (raw) => normalizeUser(raw as RawUser),
  fromFields,
  toEntry,
  addressOf,
  homeOf: (object) => ({ address: addressOf(object), kind: 'user', name: object.name }),
  namesOf: ({ name }) => [name],
  isBrokersOwn: () => false,
  render,
  renderIdentity: render,
};
