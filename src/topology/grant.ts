// Says how to give a user missing rights. With rabbitmqctl, whose commands replace the user's
// rights, so the hint says to keep the old ones; or with scopes, if the user has an OAuth 2 token.
import { unprintable } from './json.ts';
import { besideWhat } from './own.ts';
import { quote, shellWord } from './quote.ts';

/** A user that RabbitMQ keeps, or the one that a token names. */
export type Grantee = string | { readonly ofToken: string };

export const nameOf = (user: Grantee): string => (typeof user === 'string' ? user : user.ofToken);

/** Names of exchanges and queues. */
export interface Rights {
  readonly configure?: readonly string[];
  readonly write?: readonly string[];
  readonly read?: readonly string[];
}

const kinds = ['configure', 'write', 'read'] as const;

/** Says which rights a user needs, and how to add them to the present ones. */
export function grant(user: Grantee, vhost: string, needed: Rights): string {
  if (typeof user !== 'string') return withScopes(scopesFor(vhost, needed));
  const given = kinds.map((kind) => ({ kind, names: [...new Set(needed[kind])].slice(0, most) }));
  const what = given
    .filter(({ names }) => names.length > 0)
    .map(({ kind, names }) => `${kind} on ${names.map(quote).join(', ')}`);
  const patterns = given.map(({ names }) => shellWord(patternOf(names)));
  const command = `rabbitmqctl set_permissions -p ${shellWord(vhost)} ${shellWord(user)} ${patterns.join(' ')}`;
  return `user ${quote(user)} needs ${what.join(' and ')} in vhost ${quote(vhost)}: see rabbitmqctl list_user_permissions ${shellWord(user)}, and keep what it shows, joined by |, in ${command}`;
}

/** The most names that fit into a command that people read. */
const most = 10;

/** For a user without any permission in the vhost: enough to see everything in it and to plan. */
export const letIn = (user: Grantee, vhost: string): string =>
  typeof user !== 'string'
    ? withScopes(scopesFor(vhost, { read: ['*'] }))
    : `rabbitmqctl set_permissions -p ${shellWord(vhost)} ${shellWord(user)} '' '' ''`;

/** For a user who may have a permission in the vhost already. */
export const letInUnlessIn = (user: Grantee, vhost: string): string =>
  typeof user !== 'string'
    ? letIn(user, vhost)
    : `if rabbitmqctl list_user_permissions ${shellWord(user)} shows none: ${letIn(user, vhost)}`;

export const addTag = (user: Grantee, tag: string): string =>
  typeof user !== 'string'
    ? withScopes([`tag:${tag}`])
    : `rabbitmqctl set_user_tags ${shellWord(user)} ${tag}, with the tags that rabbitmqctl list_users shows, as it replaces them`;

/** Without a pattern for routing keys, a scope gives no right to bind to topic exchanges. */
function scopesFor(vhost: string, needed: Rights): string[] {
  return kinds.flatMap((kind) => {
    const names = [...new Set(needed[kind])].slice(0, most);
    const keys = kind === 'configure' ? '' : '/*';
    return names.map((name) => `${kind}:${scopePart(vhost)}/${toScopePattern(name)}${keys}`);
  });
}

function toScopePattern(name: string): string {
  if (name === '*') return name;
  if (name.startsWith(recordsBegin)) return `${recordsBegin}*`;
  const known = knownName(name);
  return `${scopePart(known)}${isWhole(name) ? '' : '*'}`;
}

/** In a scope, a `*` matches anything. */
const scopePart = (name: string): string => encodeURIComponent(name).replaceAll('*', '%2A');

const withScopes = (scopes: readonly string[]): string =>
  `have a token issued that also has ${scopes.length === 1 ? 'the scope' : 'the scopes'} ${scopes.map((scope) => `rabbitmq.${scope}`).join(' ')}, where rabbitmq is the broker's resource_server_id`;

/**
 * A regular expression over bytes, as RabbitMQ reads it; empty, which matches nothing, for no
 * names.
 */
function patternOf(names: readonly string[]): string {
  const [first, ...others] = [...new Set(names.map(toPattern))];
  if (first === undefined) return '';
  if (others.length === 0) return first;
  return [first, ...others].join('|');
}

function toPattern(name: string): string {
  if (name.startsWith(recordsBegin)) return '^topo\\.record\\.';
  const known = knownName(name);
  const escaped = known.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  return `^${escaped.replace(controls, toBytes).replace(unprintable, toBytes)}${isWhole(name) ? '$' : ''}`;
}

/** Each record has a name of its own. */
const recordsBegin = 'topo.record.';

/** The name that rights to the default exchange, or to what is made beside another, go by. */
const knownName = (name: string): string =>
  name === '' ? 'amq.default' : (besideWhat(name) ?? name);

const isWhole = (name: string): boolean => besideWhat(name) === undefined;

const controls = /[\u0000-\u001f]/g;

const toBytes = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
