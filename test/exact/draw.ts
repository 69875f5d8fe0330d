// Draws the definitions of a case: a vhost with all kinds in it, under awkward names, with fields
// given and left out, and the same vhost edited.
import fc from 'fast-check';
import { LosslessNumber } from 'lossless-json';
import { nth, ours, toText, type Definitions, type Entry } from './definitions.ts';
import { policiesOf, operatorPoliciesOf } from './draw-policies.ts';
import { numbers, texts, values } from './draw-values.ts';

export interface Case {
  readonly before: Definitions;
  readonly after: Definitions;
}

const awkward = [
  'orders',
  'größe',
  'a b',
  'a/b',
  'a%2Fb',
  '100%',
  'a+b',
  "it's",
  '"q"',
  'back\\slash',
  '🐇',
  'a?b=c&d',
  'a#b',
  '~',
  '-',
  'null',
  '5',
  '1.0',
  '__proto__',
  'constructor',
  '*',
  '[x]',
  'a:b',
  ' lead',
  '@at',
  'x'.repeat(150),
  '\u200f\u0085',
] as const;
/** The first case of a vhost has the plain names, `null` and `5` among them. */
const names = fc.constantFrom(...awkward).map((name) => `${name}${nth}`);
const vhost = `${ours}vhost`;

const pools = fc.record({
  users: fc.uniqueArray(names, { maxLength: 2 }),
  exchanges: fc.uniqueArray(names, { maxLength: 3 }),
  queues: fc.uniqueArray(names, { maxLength: 3 }),
  settings: fc.uniqueArray(names, { minLength: 1, maxLength: 2 }),
});
type Pools = typeof pools extends fc.Arbitrary<infer T> ? T : never;

/** Cases whose two sides share their names, so that an edit keeps, changes, adds and removes. */
export const cases: fc.Arbitrary<Case> = pools.chain((pool) =>
  fc.record({ before: definitionsOf(pool), after: definitionsOf(pool) }),
);

function definitionsOf(pool: Pools): fc.Arbitrary<Definitions> {
  const parts = fc.record({
    users: fc.subarray(pool.users),
    exchanges: fc.subarray(pool.exchanges),
    queues: fc.subarray(pool.queues),
  });
  return parts.chain(({ users, exchanges, queues }) => {
    const own = users.map((name) => `${ours}${name}`);
    return fc.record({
      vhosts: vhosts.map((one) => [one]),
      users: each(own, user),
      permissions: fc.subarray(own).chain((some) => each(some, permission)),
      topic_permissions: topicPermissions(own, exchanges),
      // None to an exchange that an edit deletes: topo asks for the policy's change first.
      policies: policiesOf(vhost, pool.settings, ['amq.fanout']),
      operator_policies: operatorPoliciesOf(vhost, pool.settings),
      parameters: fc.subarray(pool.settings).chain((some) => each(some, upstream)),
      global_parameters: fc.subarray(pool.settings).chain((some) => each(some, globalParameter)),
      exchanges: each(exchanges, (name) => exchange(name, ends(exchanges))),
      queues: each(queues, (name) => queue(name, ends(exchanges))),
      bindings: bindings(exchanges, queues),
    });
  });
}

const ends = (exchanges: readonly string[]): readonly string[] => [...exchanges, 'amq.fanout'];

const each = (
  list: readonly string[],
  one: (name: string) => fc.Arbitrary<Entry>,
): fc.Arbitrary<Entry[]> => fc.tuple(...list.map(one));

const numberOf = (text: string | number) => new LosslessNumber(String(text));
const counts = fc.constantFrom(1, 1000, 60_000, 2_147_483_647).map(numberOf);

/** All fields or those that must be there: a field left out is as the broker has it. */
const vhosts: fc.Arbitrary<Entry> = fc.record({
  name: fc.constant(vhost),
  description: fc.constantFrom('', 'orders of the shop', 'größe'),
  tags: fc.subarray(['prod', 'eu west']),
  limits: fc.record(
    { 'max-queues': fc.constant(numberOf(1000)), 'max-connections': counts },
    { requiredKeys: [] },
  ),
});

const hashes = [1, 2].map((byte) => Buffer.alloc(36, byte).toString('base64'));

const user = (name: string): fc.Arbitrary<Entry> =>
  fc.record(
    {
      name: fc.constant(name),
      password_hash: fc.constantFrom(...hashes),
      hashing_algorithm: fc.constantFrom(
        'rabbit_password_hashing_sha256',
        'rabbit_password_hashing_sha512',
      ),
      tags: fc.oneof(
        fc.subarray(['management', 'monitoring', 'own']),
        fc.constantFrom('', 'management', 'monitoring,policymaker'),
      ),
      limits: fc.record({ 'max-connections': counts, 'max-channels': counts }),
    },
    { requiredKeys: ['name', 'password_hash', 'hashing_algorithm', 'limits'] },
  );

const patterns = fc.constantFrom('', '.*', '^orders\\.', 'ä|ö', '^(?!amq\\.)');

const permission = (user: string): fc.Arbitrary<Entry> =>
  fc.record({
    user: fc.constant(user),
    vhost: fc.constant(vhost),
    configure: patterns,
    write: patterns,
    read: patterns,
  });

function topicPermissions(users: readonly string[], exchanges: readonly string[]) {
  if (users.length === 0) return fc.constant<Entry[]>([]);
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

const upstream = (name: string): fc.Arbitrary<Entry> =>
  fc.record({
    component: fc.constant('federation-upstream'),
    vhost: fc.constant(vhost),
    name: fc.constant(name),
    value: fc.record(
      {
        uri: fc.constantFrom('amqp://elsewhere:1', ['amqp://a', 'amqp://b/%2f']),
        'max-hops': counts,
        'ack-mode': fc.constantFrom('on-confirm', 'no-ack'),
        'trust-user-id': fc.boolean(),
      },
      { requiredKeys: ['uri'] },
    ),
  });

const globalParameter = (name: string): fc.Arbitrary<Entry> =>
  fc.record({ name: fc.constant(`${ours}${name}`), value: values });

const exchangeTypes = {
  direct: {},
  fanout: {},
  topic: {},
  headers: {},
  'x-consistent-hash': { 'hash-header': fc.constantFrom('tenant', 'größe') },
  'x-random': {},
  'x-recent-history': { 'x-recent-history-length': counts },
};

const free = { comment: values, größe: values, '5': values };

function exchange(name: string, others: readonly string[]): fc.Arbitrary<Entry> {
  const alternate = { 'alternate-exchange': fc.constantFrom(...others) };
  return fc.constantFrom(...Object.entries(exchangeTypes)).chain(([type, own]) =>
    fc.record(
      {
        name: fc.constant(name),
        vhost: fc.constant(vhost),
        type: fc.constant(type),
        durable: fc.boolean(),
        auto_delete: fc.constant(false),
        internal: fc.boolean(),
        arguments: fc.record({ ...alternate, ...own, ...free }, { requiredKeys: [] }),
      },
      { requiredKeys: ['name', 'vhost', 'type'] },
    ),
  );
}

const messages = (others: readonly string[]) => ({
  'x-message-ttl': counts,
  'x-expires': fc.constant(numberOf(3_600_000)),
  'x-max-length': counts,
  'x-max-length-bytes': counts,
  'x-overflow': fc.constantFrom('drop-head', 'reject-publish'),
  'x-dead-letter-exchange': fc.constantFrom(...others),
  'x-single-active-consumer': fc.boolean(),
});

/** The arguments of each type; a queue may leave its type out. */
const queueTypes: readonly [string | undefined, (others: readonly string[]) => object][] = [
  [undefined, (others) => ({ ...messages(others), 'x-max-priority': fc.constant(numberOf(5)) })],
  ['classic', (others) => ({ ...messages(others), 'x-queue-mode': fc.constant('lazy') })],
  [undefined, messages],
  ['classic', messages],
  ['quorum', (others) => ({ ...messages(others), 'x-delivery-limit': counts })],
  ['stream', () => ({ 'x-max-age': fc.constantFrom('7D', '1h'), 'x-max-length-bytes': counts })],
];

function queue(name: string, others: readonly string[]): fc.Arbitrary<Entry> {
  return fc.constantFrom(...queueTypes).chain(([type, known]) => {
    const given = type === undefined ? {} : { 'x-queue-type': fc.constant(type) };
    const table = { ...free, ...known(others) } as Record<string, fc.Arbitrary<unknown>>;
    const isReplicated = type === 'quorum' || type === 'stream';
    return fc.record(
      {
        name: fc.constant(name),
        vhost: fc.constant(vhost),
        durable: isReplicated ? fc.constant(true) : fc.boolean(),
        auto_delete: isReplicated ? fc.constant(false) : fc.boolean(),
        arguments: fc
          .tuple(fc.record(given), fc.record(table, { requiredKeys: [] }))
          .map(([typed, rest]): Entry => ({ ...typed, ...rest })),
      },
      { requiredKeys: type === undefined ? ['name', 'vhost'] : ['name', 'vhost', 'arguments'] },
    );
  });
}

function bindings(exchanges: readonly string[], queues: readonly string[]) {
  const to = [
    ...exchanges.map((destination) => ({ destination, destination_type: 'exchange' })),
    ...queues.map((destination) => ({ destination, destination_type: 'queue' })),
    ...queues.map((destination) => ({ destination })),
  ];
  if (to.length === 0) return fc.constant<Entry[]>([]);
  const one = fc
    .record(
      {
        source: fc.constantFrom('amq.direct', 'amq.topic', 'amq.headers'),
        vhost: fc.constant(vhost),
        routing_key: fc.oneof(texts, names),
        arguments: fc.record(
          { 'x-match': fc.constantFrom('all', 'any'), size: values, n: numbers },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ['source', 'vhost'] },
    )
    .chain((entry) => fc.constantFrom(...to).map((end): Entry => ({ ...entry, ...end })));
  const selector = ({ destination_type = 'queue', routing_key = '', ...entry }: Entry) => {
    const { source, destination, arguments: table = {} } = entry;
    const sorted = Object.entries(table as object).sort(([a], [b]) => (a < b ? -1 : 1));
    return toText([source, destination, destination_type, routing_key, sorted]);
  };
  return fc.uniqueArray(one.filter(isListable), { maxLength: 4, selector });
}

/** RabbitMQ can't list a binding that has arguments and a ~ in its key. */
const isListable = ({ routing_key, arguments: table = {} }: Entry): boolean =>
  !String(routing_key).includes('~') || Object.keys(table as object).length === 0;
