// Says in words what reports need about each kind of object.
import { renderJson } from '../topology/json.ts';
import { renderArrow } from '../topology/identity.ts';
import type { Kind, ObjectOf, OperatorPolicy, Policy, TopologyObject } from '../topology/object.ts';
import { renderPassword, type Password } from '../topology/password.ts';
import { toPlain, type Table, type Value } from '../topology/value.ts';
import { asTold } from './told-secrets.ts';

interface KindWords<T extends TopologyObject> {
  /** The usual name: `orders`, or `ml_tasks → orders` for a binding. */
  nameOf(object: T): string;
  /** Properties besides name and arguments. */
  factsOf(object: T): readonly string[];
  /** What users notice during a replacement. */
  readonly gap?: string;
}

const durability = ({ durable }: { durable: boolean }): string =>
  durable ? 'durable' : 'transient';
const autoDelete = ({ auto_delete }: { auto_delete: boolean }): string =>
  auto_delete ? 'auto_delete' : '';

const policy: KindWords<Policy | OperatorPolicy> = {
  nameOf: ({ name }) => name,
  factsOf: (object) => [
    `${object.pattern} on ${object['apply-to']}`,
    object.priority === 0 ? '' : `priority ${object.priority}`,
    ...describeTable('', object.definition),
  ],
};

/** Such as `max-queues 5`; no value shows that is long. */
function describeTable(prefix: string, table: Table | undefined): string[] {
  return [...(table ?? [])].map(([name, value]) => `${prefix}${name} ${short(value)}`);
}

function short(value: Value): string {
  const told = asTold(toPlain(value));
  const text = typeof told === 'string' ? told : renderJson(told);
  return text.length > 60 ? '…' : text;
}

const words: { readonly [K in Kind]: KindWords<ObjectOf<K>> } = {
  exchange: {
    nameOf: ({ name }) => name,
    factsOf: (exchange) => [
      exchange.type,
      durability(exchange),
      autoDelete(exchange),
      exchange.internal ? 'internal' : '',
    ],
    gap: 'publishers get 404 NOT_FOUND on their channel; what comes while its bindings go and return, dead letters too, may be dropped',
  },
  queue: {
    nameOf: ({ name }) => name,
    factsOf: (queue) => [durability(queue), autoDelete(queue)],
    gap: 'messages published to it meanwhile are not routed here, consumers are cancelled',
  },
  binding: {
    nameOf: renderArrow,
    factsOf: ({ routing_key: key }) => [key === '' ? 'no routing_key' : `routing_key ${key}`],
    gap: 'its exchange sends nothing here',
  },
  vhost: {
    nameOf: ({ name }) => name,
    factsOf: ({ description = '', tags = [], default_queue_type: type = '', limits, ...vhost }) => [
      description,
      tags.length === 0 ? '' : `tags ${tags.join(', ')}`,
      type === '' ? '' : `default queue type ${type}`,
      vhost.protected_from_deletion === true ? 'protected from deletion' : '',
      ...describeTable('', limits),
    ],
  },
  user: {
    nameOf: ({ name }) => name,
    factsOf: ({ tags, password, limits }) => [
      tags.length === 0 ? 'no tags' : tags.join(', '),
      describePassword(password),
      ...describeTable('', limits),
    ],
  },
  permission: {
    nameOf: ({ user }) => user,
    factsOf: ({ configure, write, read }) => [
      `configure ${shown(configure)}`,
      `write ${shown(write)}`,
      `read ${shown(read)}`,
    ],
  },
  topic_permission: {
    nameOf: ({ user, exchange }) => `${user} on ${exchange === '' ? 'every exchange' : exchange}`,
    factsOf: ({ write, read }) => [`write ${shown(write)}`, `read ${shown(read)}`],
  },
  policy,
  operator_policy: policy,
  parameter: {
    nameOf: ({ component, name }) => `${component} ${name}`,
    factsOf: ({ value }) =>
      value instanceof Map ? describeTable('', value as Table) : [short(value)],
  },
  global_parameter: { nameOf: ({ name }) => name, factsOf: ({ value }) => [short(value)] },
};

/** Says what the files give; the broker's own goes without saying. */
function describePassword(password: Password | undefined): string {
  const text = password === undefined ? 'set' : renderPassword(password);
  return text === 'set' || text === 'not set' ? '' : `password ${text}`;
}

/** An empty pattern matches nothing. */
const shown = (pattern: string): string => (pattern === '' ? 'nothing' : pattern);

/** Such as `topic permission`. */
export const nounOf = ({ kind }: TopologyObject): string => kind.replace('_', ' ');

export const wordsOf = <T extends TopologyObject>({ kind }: T): KindWords<T> =>
  words[kind] as unknown as KindWords<T>;
