// Small random worlds: files and brokers over the same few names in two vhosts.
import fc from 'fast-check';
import type { Selection } from '../../src/reconcile/select.ts';
import type { Address } from '../../src/topology/address.ts';
import type { Declared, Desired } from '../../src/topology/desired.ts';
import { addressOf } from '../../src/topology/identity.ts';
import type { Live, LiveObject } from '../../src/topology/live.ts';
import type {
  Binding,
  Exchange,
  Queue,
  RoutingObject,
  TopologyObject,
} from '../../src/topology/object.ts';
import type { Scope } from '../../src/topology/scope.ts';
import type { Table } from '../../src/topology/value.ts';

export const vhosts = ['/', 'other'];
const exchangeNames = ['e1', 'e2', 'own.e', 'safe.e'];
const queueNames = ['q1', 'q2', 'own.q', 'safe.q'];
const predefinedIn = (vhost: string): LiveObject[] =>
  ['amq.direct', 'amq.topic'].map((name) => ({
    ...exchange(vhost, name, 'direct', false),
    system: true,
  }));

function exchange(vhost: string, name: string, type: string, auto_delete: boolean): Exchange {
  const rest = { durable: true, internal: false, arguments: new Map() };
  return { kind: 'exchange', vhost, name, type, auto_delete, ...rest };
}

const argumentTables: fc.Arbitrary<Table> = fc.constantFrom<Table>(
  new Map(),
  new Map([['x-max-length', 5]]),
);

function exchangesIn(vhost: string): fc.Arbitrary<Exchange[]> {
  const one = fc
    .record({
      name: fc.constantFrom(...exchangeNames),
      type: fc.constantFrom('direct', 'topic', 'x-consistent-hash'),
      auto_delete: fc.boolean(),
    })
    .map(({ name, type, auto_delete }) => exchange(vhost, name, type, auto_delete));
  return fc.uniqueArray(one, { selector: addressOf });
}

function queuesIn(vhost: string): fc.Arbitrary<Queue[]> {
  const one = fc.record({
    kind: fc.constant('queue' as const),
    vhost: fc.constant(vhost),
    name: fc.constantFrom(...queueNames),
    type: fc.constantFrom('classic', 'quorum'),
    durable: fc.constant(true),
    auto_delete: fc.constant(false),
    arguments: argumentTables,
  });
  return fc.uniqueArray(one, { selector: addressOf });
}

function bindings(sources: readonly string[], ends: readonly (Exchange | Queue)[]) {
  if (ends.length === 0) return fc.constant<Binding[]>([]);
  const one: fc.Arbitrary<Binding> = fc
    .record({
      source: fc.constantFrom(...sources, 'amq.direct'),
      end: fc.constantFrom(...ends),
      // An x-consistent-hash exchange takes only weights.
      routing_key: fc.constantFrom('1', '2'),
    })
    .map(({ source, end, routing_key }) => ({
      kind: 'binding',
      vhost: end.vhost,
      source,
      destination: end.name,
      destination_type: end.kind,
      routing_key,
      arguments: new Map(),
    }));
  return fc.uniqueArray(one, { selector: addressOf, maxLength: 8 });
}

const objectsIn = (vhost: string): fc.Arbitrary<RoutingObject[]> =>
  fc.tuple(exchangesIn(vhost), queuesIn(vhost)).chain(([some, others]) =>
    bindings(
      some.map(({ name }) => name),
      [...some, ...others],
    ).map((bound) => [...some, ...others, ...bound]),
  );

/** Exchanges, queues, and bindings between them. */
export const objects: fc.Arbitrary<RoutingObject[]> = fc
  .tuple(...vhosts.map(objectsIn))
  .map((all) => all.flat());

const scopeIn = (vhost: string): fc.Arbitrary<Scope> =>
  fc
    .constantFrom<Scope['manage']>(
      'all',
      { exchange: [], queue: [], bindings_into: [] },
      { exchange: [], queue: [], bindings_into: ['own.*', '?1'] },
      { exchange: ['own.*'], queue: ['own.*'], bindings_into: [] },
      { exchange: ['*'], queue: ['*'], bindings_into: ['*'] },
    )
    .map((manage) => ({ vhost, manage, protect: { exchange: ['safe.*'], queue: ['safe.*'] } }));

/** One scope for each vhost. */
export const scopes: fc.Arbitrary<Scope[]> = fc.tuple(...vhosts.map(scopeIn));

/** Most targets exist in the world. */
export const selections: fc.Arbitrary<Selection> = fc.record(
  {
    only: fc.subarray(['create', 'update', 'delete'] as const, { minLength: 1 }),
    targets: fc.subarray(['e1', 'q1', 'own.*', 'queues/%2F/*', 'exchanges/other/e2', '*'], {
      maxLength: 2,
    }),
  },
  { requiredKeys: ['targets'] },
);

export function toDesired(
  declared: readonly TopologyObject[],
  ...scopes: readonly Scope[]
): Desired {
  const at = { file: 'topology.yaml', line: 1, col: 1 };
  return {
    sources: new Map([['topology.yaml', '']]),
    files: new Map(),
    vhosts: new Map(scopes.map(({ vhost }) => [vhost, at])),
    objects: new Map(
      declared.map((object): [Address, Declared] => [addressOf(object), { object, at }]),
    ),
    scopes,
    expectations: [],
    expectedTypes: new Map(),
    outputs: new Map(),
    doubts: [],
    warnings: [],
  };
}

export function toLive(present: readonly RoutingObject[], names: readonly string[] = ['/']): Live {
  const all = [...names.flatMap(predefinedIn), ...present.map(toLiveObject)];
  return {
    broker: {
      user: 'guest',
      place: 'the broker',
      version: '4.3.6',
      cluster_name: 'rabbit@test',
      exchange_types: new Set(['direct', 'topic', 'x-consistent-hash']),
      vhosts: new Set(names),
      odd_vhosts: [],
    },
    vhosts: new Map(names.map((name) => [name, { name, default_queue_type: 'classic' }])),
    objects: new Map(all.map((object) => [addressOf(object), object])),
    policies: [],
    unread: new Set(),
  };
}

export function toLiveObject(object: RoutingObject): LiveObject {
  if (object.kind === 'exchange') return { ...object, system: false };
  if (object.kind === 'binding') return { ...object, properties_key: object.routing_key || '~' };
  const held = { ready: 0, unacked: 0, consumers: 0, state: 'running' };
  return { ...object, type: object.type ?? 'classic', system: false, ...held };
}
