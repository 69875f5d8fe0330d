// What RabbitMQ refuses to bind to an exchange of a certain type. Needs both ends of the binding.
import { endsOf } from './address.ts';
import { typesOf } from './kinds/exchange.ts';
import { isExchange, isQueue, type Binding, type Exchange, type TopologyObject } from './object.ts';
import type { Breach } from './problem.ts';
import { quote } from './quote.ts';

/** `destination`: undefined if it isn't known. */
type SourceRule = (binding: Binding, destination: TopologyObject | undefined) => readonly Breach[];

/** Tested by binding on 3.10.8, 4.0.5 and 4.3.6. Other types refuse nothing. */
const rules: ReadonlyMap<string, readonly SourceRule[]> = new Map([
  ['x-consistent-hash', [weight]],
  ['x-local-random', [noKey, classicQueue]],
]);

const rulesOf = (source: Exchange): readonly SourceRule[] =>
  typesOf(source).flatMap((type) => rules.get(type) ?? []);

/** Whether bindings from this exchange may break a rule; true while it isn't known. */
export const hasSourceRules = (source: TopologyObject | undefined): boolean =>
  !isExchange(source) || rulesOf(source).length > 0;

/** `find`: returns what is known of an address. */
export function sourceBreaches(
  binding: Binding,
  find: (address: string) => TopologyObject | undefined,
): Breach[] {
  const ends = endsOf(binding);
  const source = find(ends.source);
  if (!isExchange(source)) return [];
  return rulesOf(source).flatMap((rule) => rule(binding, find(ends.destination)));
}

function weight({ source, routing_key: key }: Binding): Breach[] {
  if (/^[+-]?\d+$/.test(key) && Number(key) >= 1) return [];
  return [
    {
      code: 'not-a-weight',
      message: `a routing key of the x-consistent-hash exchange ${quote(source)} is a weight, not ${quote(key)}`,
      hint: `RabbitMQ refuses it; write a whole number from 1, in quotes: the destination's share of the messages`,
      path: ['routing_key'],
    },
  ];
}

function noKey({ source, routing_key: key }: Binding): Breach[] {
  if (key === '') return [];
  return [
    {
      code: 'key-not-allowed',
      message: `the x-local-random exchange ${quote(source)} takes no routing keys`,
      hint: 'RabbitMQ refuses it; remove the routing key',
      path: ['routing_key'],
    },
  ];
}

function classicQueue(binding: Binding, destination: TopologyObject | undefined): Breach[] {
  const { source, destination_type } = binding;
  const type = isQueue(destination) ? destination.type : null;
  if (destination_type === 'queue' && (type === null || type === 'classic')) return [];
  const what = destination_type === 'exchange' ? 'an exchange' : `a ${String(type)} queue`;
  return [
    {
      code: 'not-a-classic-queue',
      message: `the x-local-random exchange ${quote(source)} leads to classic queues only, not to ${what}`,
      hint: `RabbitMQ refuses it; bind a classic queue, or change the exchange's type`,
      path: [destination_type === 'exchange' ? 'destination_type' : 'destination'],
    },
  ];
}
