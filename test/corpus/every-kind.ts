// Fills a broker with everything that one of its version can hold, by plain requests.
import type { Broker } from '../broker-of.ts';
import { api } from '../broker.ts';
import { isWithin, type Span } from '../../src/topology/versions.ts';

/** A request that makes one object. */
interface Made extends Span {
  readonly path: string;
  readonly body: object;
  readonly method?: 'POST';
}

const hash = (byte: number) => Buffer.alloc(36, byte).toString('base64');
const all = { configure: '.*', write: '.*', read: '.*' };
const quorum = { 'x-queue-type': 'quorum' };
const stream = { 'x-queue-type': 'stream' };
const made = (path: string, body: object, span: Span = {}): Made => ({ path, body, ...span });
const bound = (path: string, body: object): Made => ({ method: 'POST', path, body });

const clusterWide: readonly Made[] = [
  made('vhosts/shop', { description: 'Orders & Größen', tags: 'prod,eu' }),
  made('vhosts/typed', { defaultqueuetype: 'quorum' }, { until: '4.0' }),
  made('vhosts/typed', { default_queue_type: 'quorum' }, { since: '4.0' }),
  made('vhosts/kept', { protected_from_deletion: true }, { since: '4.1' }),
  made('vhost-limits/shop/max-queues', { value: 500 }),
  made('vhost-limits/shop/max-connections', { value: 100 }),
  made('users/app', {
    tags: 'management,own',
    password_hash: hash(1),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
  }),
  made('users/strong', {
    tags: '',
    password_hash: hash(2),
    hashing_algorithm: 'rabbit_password_hashing_sha512',
  }),
  made('users/certificate', { tags: 'monitoring', password_hash: '' }),
  made('user-limits/app/max-connections', { value: 20 }),
  made('user-limits/app/max-channels', { value: 200 }),
  made('permissions/%2F/app', all),
  made('permissions/shop/app', { configure: '', write: '^orders', read: '^(orders|all)' }),
  made('permissions/shop/strong', { configure: '^größe', write: '', read: '' }),
  made('global-parameters/contact', { value: { mail: 'ops@shop.example', pages: [1, 2] } }),
  made('global-parameters/mqtt_default_vhosts', { value: { 'O=shop,CN=meter': 'shop' } }),
];

const policy = (definition: object, to = 'queues', pattern = '^orders') => ({
  ...{ pattern, definition, priority: 7, 'apply-to': to },
});

const settings: readonly Made[] = [
  made('topic-permissions/shop/app', { exchange: 'events', write: '^order\\.', read: '.*' }),
  made('topic-permissions/shop/app', { exchange: 'amq.topic', write: '', read: '^public\\.' }),
  made('policies/shop/lengths', policy({ 'max-length': 1000, overflow: 'drop-head' })),
  made('policies/shop/unrouted', policy({ 'alternate-exchange': 'all' }, 'exchanges', '^events$')),
  made('policies/shop/mirrored', policy({ 'ha-mode': 'exactly', 'ha-params': 2 }), {
    until: '4.0',
  }),
  made('policies/shop/located', policy({ 'queue-master-locator': 'random' }), { until: '4.3' }),
  made('policies/shop/lazy', policy({ 'queue-mode': 'lazy', expires: 86_400_000 })),
  made('policies/shop/retried', policy({ 'delivery-limit': 5 }, 'quorum_queues'), {
    since: '3.12',
  }),
  made('operator-policies/shop/ceiling', policy({ 'max-length-bytes': 1_000_000_000 })),
  made('parameters/federation-upstream/shop/north', {
    value: { uri: 'amqps://fed:pw@north.example', 'max-hops': 2, 'ack-mode': 'on-confirm' },
  }),
  made(
    'parameters/federation-upstream/shop/south',
    { value: { uri: ['amqp://south.example'], 'ha-policy': 'all' } },
    { until: '3.13.1' },
  ),
  made('parameters/federation-upstream-set/shop/both', { value: [{ upstream: 'north' }] }),
  made('policies/shop/federated', {
    ...policy({ 'federation-upstream-set': 'both' }, 'exchanges', '^fed'),
  }),
  made('parameters/shovel/shop/mover', {
    value: {
      'src-uri': 'amqp://mover:pw@far.example/shop',
      'src-queue': 'orders',
      'dest-uri': ['amqps://mover:pw@there.example'],
      'dest-exchange': 'in',
      'dest-publish-properties': { delivery_mode: 2 },
    },
  }),
];

const queues: readonly Made[] = [
  made('queues/shop/orders', { durable: true, arguments: { 'x-queue-type': 'classic' } }),
  made('queues/shop/plain', { durable: true }),
  made('queues/shop/ranked', {
    durable: true,
    arguments: { 'x-max-priority': 5, 'x-message-ttl': 60_000, 'x-dead-letter-exchange': 'all' },
  }),
  made('queues/shop/lazy', { durable: true, arguments: { 'x-queue-mode': 'lazy' } }),
  made(
    'queues/shop/first-version',
    { durable: true, arguments: { 'x-queue-version': 1 } },
    { until: '4.3' },
  ),
  made(
    'queues/shop/located',
    { durable: true, arguments: { 'x-queue-master-locator': 'min-masters' } },
    { until: '4.3' },
  ),
  made('queues/shop/brief', { durable: false, auto_delete: true }),
  made('queues/shop/replicated', {
    durable: true,
    arguments: {
      ...quorum,
      'x-delivery-limit': 10,
      'x-dead-letter-exchange': 'all',
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    },
  }),
  made('queues/shop/log', { durable: true, arguments: { ...stream, 'x-max-age': '7D' } }),
  made('queues/typed/by-default', { durable: true }),
  made(
    'queues/shop/retrying',
    { durable: true, arguments: { ...quorum, 'x-delayed-retry-type': 'all' } },
    { since: '4.3' },
  ),
];

const exchange = (type: string, args: object = {}) => ({ type, durable: true, arguments: args });

const routing: readonly Made[] = [
  made('exchanges/shop/events', exchange('topic', { 'alternate-exchange': 'all' })),
  made('exchanges/shop/all', exchange('fanout')),
  // Later exports leave internal exchanges out.
  made('exchanges/shop/inner', { ...exchange('fanout'), internal: true }, { until: '4.2.9' }),
  made('exchanges/shop/fed.in', exchange('topic')),
  made('exchanges/shop/passing', { type: 'direct', durable: false, auto_delete: true }),
  bound('bindings/shop/e/events/q/orders', { routing_key: 'order.#' }),
  bound('bindings/shop/e/events/q/orders', { routing_key: '' }),
  bound('bindings/shop/e/events/e/all', { routing_key: 'größe 🐇 50%' }),
  bound('bindings/shop/e/all/q/log', {}),
  bound('bindings/shop/e/passing/q/plain', { routing_key: 'k' }),
  bound('bindings/shop/e/amq.headers/q/plain', {
    routing_key: 'with',
    arguments: { 'x-match': 'any', n: 1, half: 1.5, yes: true, text: '1', list: [1, 'a'] },
  }),
  bound('bindings/shop/e/amq.fanout/q/replicated', {}),
];

const superStream: readonly Made[] = [
  made('exchanges/shop/invoices', exchange('direct', { 'x-super-stream': true })),
  ...[0, 1].flatMap((part) => [
    made(`queues/shop/invoices-${part}`, { durable: true, arguments: stream }),
    bound(`bindings/shop/e/invoices/q/invoices-${part}`, {
      ...{ routing_key: String(part), arguments: { 'x-stream-partition-order': part } },
    }),
  ]),
];

/** What a type needs, if it needs something. */
const needed: Readonly<Record<string, object>> = {
  'x-consistent-hash': { 'hash-header': 'customer' },
};
/** Plugins make these for themselves. */
const internalTypes: ReadonlySet<string> = new Set(['x-federation-upstream', 'x-jms-topic']);

interface Overview {
  readonly rabbitmq_version: string;
  readonly exchange_types: readonly { readonly name: string }[];
}

export async function fillWithEveryKind(at: Broker): Promise<void> {
  const { rabbitmq_version: version, exchange_types: types } = (await api(
    ...(['GET', 'overview', undefined, at] as const),
  )) as Overview;
  const ofEachType = types
    .filter(({ name }) => !internalTypes.has(name))
    .map(({ name }) => made(`exchanges/shop/of-${name}`, exchange(name, needed[name])));
  const makings = [clusterWide, queues, routing, superStream, ofEachType, settings].flat();
  for (const making of makings)
    if (isWithin(version, making)) await api(making.method ?? 'PUT', making.path, making.body, at);
}
