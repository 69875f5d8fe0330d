// A small world of exchanges and queues, and the queues that topo's routing says a message reaches.
import { normalizeBinding } from '../../src/topology/kinds/binding.ts';
import { normalizeExchange } from '../../src/topology/kinds/exchange.ts';
import { normalizeQueue } from '../../src/topology/kinds/queue.ts';
import type { TopologyObject } from '../../src/topology/object.ts';
import { Routing } from '../../src/topology/routing.ts';

export type Bound = readonly [source: string, destination: string, key?: string, args?: object];

export interface World {
  /** Names with e are exchanges, names with q queues. */
  readonly exchanges: readonly (readonly [
    name: string,
    type: string,
    alternate?: string | undefined,
  ])[];
  readonly bindings: readonly Bound[];
}

export const queueNames = ['q0', 'q1', 'q2', 'q3'];

export function objectsOf({ exchanges, bindings }: World): TopologyObject[] {
  return [
    ...exchanges.map(([name, type, alternate]) =>
      normalizeExchange({ name, type, arguments: alternateOf(alternate) }, '/'),
    ),
    ...queueNames.map((name) => normalizeQueue({ name }, '/')),
    ...bindings.map(([source, destination, routing_key = '', args = {}]) =>
      normalizeBinding(
        {
          ...{ source, destination, routing_key, arguments: args },
          destination_type: destination.startsWith('e') ? 'exchange' : 'queue',
        },
        '/',
      ),
    ),
  ];
}

export const alternateOf = (alternate?: string): object =>
  alternate === undefined ? {} : { 'alternate-exchange': alternate };

export const reached = (world: World, exchange: string, key: string): string[] =>
  [...new Routing(objectsOf(world), '/').queuesFor(exchange, key)].sort();
