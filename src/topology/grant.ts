// Renders the rabbitmqctl commands that give a user missing rights. They replace the user's rights,
// so the hint says to keep the old ones.
import { unprintable } from './json.ts';
import { quote, shellWord } from './quote.ts';

/** Names of exchanges and queues. */
export interface Rights {
  readonly configure?: readonly string[];
  readonly write?: readonly string[];
  readonly read?: readonly string[];
}

const kinds = ['configure', 'write', 'read'] as const;

/** Says which rights a user needs, and how to add them to the present ones. */
export function grant(user: string, vhost: string, needed: Rights): string {
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
export const letIn = (user: string, vhost: string): string =>
  `rabbitmqctl set_permissions -p ${shellWord(vhost)} ${shellWord(user)} '' '' ''`;

export const addTag = (user: string, tag: string): string =>
  `rabbitmqctl set_user_tags ${shellWord(user)} ${tag}, with the tags that rabbitmqctl list_users shows, as it replaces them`;

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
  // Each record has a name of its own.
  if (name.startsWith('topo.record.')) return '^topo\\.record\\.';
  const known = name === '' ? 'amq.default' : name.replace(/\.topo-rehearsal-[0-9a-f]{8}$/, '');
  const escaped = known.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  const isWhole = known === name || name === '';
  return `^${escaped.replace(controls, toBytes).replace(unprintable, toBytes)}${isWhole ? '$' : ''}`;
}

const controls = /[\u0000-\u001f]/g;

const toBytes = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
