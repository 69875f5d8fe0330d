// The row of topic permissions: which routing keys a user may use on a topic exchange.
import { encode } from '../address.ts';
import { nameBreaches } from '../name-rules.ts';
import type { TopicPermission } from '../object.ts';
import { quote } from '../quote.ts';
import { patternBreaches } from '../pattern-rules.ts';
import type { Breach } from '../problem.ts';
import { textOf, type RowOf } from './kind.ts';

/** An entry of a definitions file, a topology file or the management API. */
interface RawTopicPermission {
  user: unknown;
  vhost?: string;
  exchange: unknown;
  write: string;
  read: string;
}

function normalizeTopicPermission(raw: RawTopicPermission, vhost: string): TopicPermission {
  const { write, read } = raw;
  const [user, exchange] = [textOf(raw.user), textOf(raw.exchange)];
  return { kind: 'topic_permission', vhost: raw.vhost ?? vhost, user, exchange, write, read };
}

const addressOf = ({ vhost, user, exchange }: TopicPermission) =>
  `topic-permissions/${encode(vhost)}/${encode(user)}/${encode(exchange)}`;
const render = ({ user, exchange }: TopicPermission): string =>
  `topic permission of user ${quote(user)} on exchange ${quote(exchange)}`;

export const topicPermission: RowOf<'topic_permission'> = {
  section: 'topic_permissions',
  path: 'topic-permissions',
  changes: 'update',
  fields: {
    user: { type: 'string' },
    exchange: { type: 'string' },
    write: { type: 'string' },
    read: { type: 'string' },
  },
  attributes: ['write', 'read'],
  rules: [
    patternsCompile,
    ({ user }) => nameBreaches(user, 'user name', ['user']),
    ({ exchange }) =>
      exchange === '' ? [] : nameBreaches(exchange, 'exchange name', ['exchange']),
  ],
  normalize: (raw, vhost) => normalizeTopicPermission(raw as RawTopicPermission, vhost),
  addressOf,
  homeOf: (object) => ({ address: addressOf(object), kind: 'topic_permission', name: object.user }),
  namesOf: ({ user }) => [user],
  isBrokersOwn: () => false,
  render,
  renderIdentity: (object) => `${render(object)} in vhost ${quote(object.vhost)}`,
};

function patternsCompile(object: TopicPermission): Breach[] {
  const fields = ['write', 'read'] as const;
  return fields.flatMap((field) => patternBreaches(object[field], [field]));
}
