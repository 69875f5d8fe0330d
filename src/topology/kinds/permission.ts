// The row of permissions: which names a user may configure, write and read in a vhost.
import { encode } from '../address.ts';
import { nameBreaches } from '../name-rules.ts';
import type { Permission } from '../object.ts';
import { quote } from '../quote.ts';
import { patternBreaches } from '../pattern-rules.ts';
import type { Breach } from '../problem.ts';
import { textOf, type RowOf } from './kind.ts';

/** An entry of a definitions file, a topology file or the management API. */
interface RawPermission {
  user: unknown;
  vhost?: string;
  configure: string;
  write: string;
  read: string;
}

function normalizePermission(raw: RawPermission, vhost: string): Permission {
  const { configure, write, read } = raw;
  const user = textOf(raw.user);
  return { kind: 'permission', vhost: raw.vhost ?? vhost, user, configure, write, read };
}

const addressOf = ({ vhost, user }: Permission) => `permissions/${encode(vhost)}/${encode(user)}`;
const render = ({ user }: Permission): string => `permission of user ${quote(user)}`;

export const permission: RowOf<'permission'> = {
  section: 'permissions',
  path: 'permissions',
  changes: 'update',
  fields: {
    user: { type: 'string' },
    configure: { type: 'string' },
    write: { type: 'string' },
    read: { type: 'string' },
  },
  attributes: ['configure', 'write', 'read'],
  rules: [({ user }) => nameBreaches(user, 'user name', ['user']), patternsCompile],
  normalize: (raw, vhost) => normalizePermission(raw as RawPermission, vhost),
  addressOf,
  homeOf: (object) => ({ address: addressOf(object), kind: 'permission', name: object.user }),
  namesOf: ({ user }) => [user],
  isBrokersOwn: () => false,
  render,
  renderIdentity: (object) => `${render(object)} in vhost ${quote(object.vhost)}`,
};

function patternsCompile(object: Permission): Breach[] {
  const fields = ['configure', 'write', 'read'] as const;
  return fields.flatMap((field) => patternBreaches(object[field], [field]));
}
