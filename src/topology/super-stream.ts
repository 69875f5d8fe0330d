// A super stream: an exchange that spreads messages over streams, its partitions. RabbitMQ knows it
// only by its parts: they are laid out as rabbitmq-streams add_super_stream does (seen on 3.10.8,
// 4.0.5 and 4.3.6).
import { encode, endsOf, type Address } from './address.ts';
import { addressOf } from './identity.ts';
import { breachesOf } from './kinds/kinds.ts';
import { isEqual } from './normal-form.ts';
import {
  isBinding,
  isExchange,
  isQueue,
  type Binding,
  type Exchange,
  type Queue,
  type TopologyObject,
} from './object.ts';
import type { Table } from './value.ts';

export interface SuperStream {
  readonly vhost: string;
  readonly name: string;
  /** The routing key of each partition, in order. */
  readonly keys: readonly string[];
  /** The arguments of every partition, without x-queue-type. */
  readonly arguments: Table;
}

type Part = Exchange | Queue | Binding;

/** The exchange, its streams, and its bindings. */
export function partsOf(stream: SuperStream): Part[] {
  const { keys } = stream;
  const streams = keys.map((key) => partitionOf(stream, key));
  return [exchangeOf(stream), ...streams, ...keys.map((key, at) => bindingOf(stream, key, at))];
}

export function exchangeOf({ vhost, name }: SuperStream): Exchange {
  const flags = { durable: true, auto_delete: false, internal: false };
  const table: Table = new Map([[mark, true]]);
  return { kind: 'exchange', vhost, name, type: 'direct', ...flags, arguments: table };
}

export function partitionOf({ vhost, name, arguments: table }: SuperStream, key: string): Queue {
  const flags = { durable: true, auto_delete: false };
  const own = { vhost, name: `${name}-${key}`, arguments: table };
  return { kind: 'queue', type: 'stream', ...flags, ...own };
}

function bindingOf({ vhost, name }: SuperStream, key: string, at: number): Binding {
  return {
    kind: 'binding',
    vhost,
    source: name,
    destination: `${name}-${key}`,
    destination_type: 'queue',
    routing_key: key,
    arguments: new Map([[order, at]]),
  };
}

const mark = 'x-super-stream';
const order = 'x-stream-partition-order';

/** RabbitMQ's management API has no such path: the address only names the whole. */
export const addressOfSuperStream = ({ vhost, name }: SuperStream): Address =>
  `super_streams/${encode(vhost)}/${encode(name)}`;

/** The routing keys of a super stream that is given a number of partitions. */
export const numberedKeys = (partitions: number): string[] =>
  Array.from({ length: partitions }, (_, nth) => String(nth));

/** How many partitions a super stream has, if their keys are numbers; else undefined. */
export const countOf = ({ keys }: SuperStream): number | undefined =>
  keys.every((key, nth) => key === String(nth)) ? keys.length : undefined;

/** Whether the binding says which partition it leads to. */
export const isOfPartition = <T extends TopologyObject>(object: T): object is T & Binding =>
  isBinding(object) && object.destination_type === 'queue' && object.arguments.has(order);

const isMarked = (object: TopologyObject): object is Exchange =>
  isExchange(object) && object.arguments.get(mark) === true;

export interface Folded<T extends TopologyObject> {
  readonly streams: readonly SuperStream[];
  /** The objects of no super stream. */
  readonly others: readonly T[];
}

/** Finds the super streams among objects: those that are exactly their parts, and nothing odd. */
export function foldSuperStreams<T extends TopologyObject>(objects: readonly T[]): Folded<T> {
  const marked = (objects as readonly TopologyObject[]).filter(isMarked);
  if (marked.length === 0) return { streams: [], others: objects };
  const byAddress = new Map(objects.map((object) => [addressOf(object), object]));
  const bound = bindingsBySource(objects, new Set(marked.map(addressOf)));
  const streams: SuperStream[] = [];
  const taken = new Set<Address>();
  for (const exchange of marked) {
    const bindings = bound.get(addressOf(exchange)) ?? [];
    const stream = streamOf(exchange, bindings, byAddress);
    const parts = stream === undefined ? [] : partsOf(stream).map(addressOf);
    // Two may share a stream: a-0-0 is one of a and of a-0.
    if (stream === undefined || parts.some((part) => taken.has(part))) continue;
    streams.push(stream);
    for (const part of parts) taken.add(part);
  }
  return { streams, others: objects.filter((object) => !taken.has(addressOf(object))) };
}

function bindingsBySource(
  objects: readonly TopologyObject[],
  sources: ReadonlySet<Address>,
): Map<Address, Binding[]> {
  const bound = new Map<Address, Binding[]>();
  for (const object of objects) {
    if (!isBinding(object)) continue;
    const { source } = endsOf(object);
    if (!sources.has(source)) continue;
    const others = bound.get(source);
    if (others) others.push(object);
    else bound.set(source, [object]);
  }
  return bound;
}

function streamOf(
  { vhost, name }: Exchange,
  bindings: readonly Binding[],
  objects: ReadonlyMap<Address, TopologyObject>,
): SuperStream | undefined {
  const inOrder = [...bindings].sort((a, b) => orderOf(a) - orderOf(b));
  const [first] = inOrder;
  const partition = first && objects.get(endsOf(first).destination);
  if (!isQueue(partition)) return undefined;
  const keys = inOrder.map(({ routing_key }) => routing_key);
  const stream = { vhost, name, keys, arguments: partition.arguments };
  const isExact = partsOf(stream).every((part) => {
    const found = objects.get(addressOf(part));
    return found !== undefined && isEqual(found, part) && breachesOf(part).length === 0;
  });
  return isExact ? stream : undefined;
}

const orderOf = ({ arguments: table }: Binding): number => Number(table.get(order));
