// One normal form for what a file declares and what the broker answers, so that equal things compare equal.
import { renderJson } from './json.ts';
import type { Binding, Exchange, Kind, OddFields, Queue, TopologyObject } from './object.ts';
import { unreachable } from './object.ts';
import { oddFieldsOf } from './odd.ts';
import { canonical, toPlain, toTable, type Table, type Value } from './value.ts';

/** The fields of a definitions entry, of a file's entry and of the management API that topo reads. A broker may hold anything in some. */
export interface RawExchange {
  name: unknown;
  type: string;
  vhost?: string;
  durable?: unknown;
  auto_delete?: unknown;
  internal?: unknown;
  arguments?: object;
}
export interface RawQueue {
  name: unknown;
  vhost?: string;
  type?: string;
  durable?: unknown;
  auto_delete?: unknown;
  arguments?: object;
}
export interface RawBinding {
  source: unknown;
  destination: unknown;
  vhost?: string;
  destination_type?: string;
  routing_key?: unknown;
  arguments?: object;
}

const none: Table = new Map();

export function normalizeExchange(raw: RawExchange, vhost: string): Exchange {
  return {
    kind: 'exchange',
    vhost: raw.vhost ?? vhost,
    name: textOf(raw.name),
    type: raw.type,
    durable: flagOf(raw.durable, true),
    auto_delete: flagOf(raw.auto_delete, false),
    internal: flagOf(raw.internal, false),
    arguments: tableOf(raw.arguments),
    ...oddOf('exchange', raw),
  };
}

export function normalizeQueue(raw: RawQueue, vhost: string): Queue {
  const { type, rest } = takeType(tableOf(raw.arguments));
  return {
    kind: 'queue',
    vhost: raw.vhost ?? vhost,
    name: textOf(raw.name),
    type: raw.type ?? type,
    durable: flagOf(raw.durable, true),
    auto_delete: flagOf(raw.auto_delete, false),
    arguments: rest,
    ...oddOf('queue', raw),
  };
}

export function normalizeBinding(raw: RawBinding, vhost: string): Binding {
  return {
    kind: 'binding',
    vhost: raw.vhost ?? vhost,
    source: textOf(raw.source),
    destination: textOf(raw.destination),
    destination_type: raw.destination_type === 'exchange' ? 'exchange' : 'queue',
    routing_key: raw.routing_key === undefined ? '' : textOf(raw.routing_key),
    arguments: tableOf(raw.arguments),
    ...oddOf('binding', raw),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : renderJson(value));
const flagOf = (value: unknown, byDefault: boolean): boolean =>
  typeof value === 'boolean' ? value : byDefault;

function oddOf(kind: Kind, raw: object): { odd?: OddFields } {
  const odd = oddFieldsOf(kind, raw);
  return odd === undefined ? {} : { odd };
}

/**
 * The type of a queue that is declared without one: the vhost's default, which the broker gives to
 * durable queues that are not auto-delete, and classic to the others.
 */
export function withDefaultType(queue: Queue, vhostDefault: string): Queue {
  if (queue.type !== null) return queue;
  return { ...queue, type: queue.durable && !queue.auto_delete ? vhostDefault : 'classic' };
}

/** The arguments as the broker is sent them, and as a file or a plan writes them. */
export function fullArguments(object: TopologyObject): Table {
  if (object.kind !== 'queue' || object.type === null) return object.arguments;
  return new Map<string, Value>([['x-queue-type', object.type], ...object.arguments]);
}

/** The fields of an object under RabbitMQ's names, arguments in full, in the order people write them. Odd ones are as the broker holds them. */
export function toFields(object: TopologyObject): Fields {
  const fields = soundFields(object);
  return object.odd === undefined ? fields : { ...fields, ...Object.fromEntries(object.odd) };
}

function soundFields(object: TopologyObject): Fields {
  const { vhost } = object;
  const args = toPlain(fullArguments(object)) as Record<string, unknown>;
  switch (object.kind) {
    case 'exchange': {
      const { name, type, durable, auto_delete, internal } = object;
      return { vhost, name, type, durable, auto_delete, internal, arguments: args };
    }
    case 'queue': {
      const { name, durable, auto_delete } = object;
      return { vhost, name, durable, auto_delete, arguments: args };
    }
    case 'binding': {
      const { source, destination, destination_type, routing_key } = object;
      return { vhost, source, destination, destination_type, routing_key, arguments: args };
    }
    default:
      return unreachable(object);
  }
}

export interface Fields {
  vhost: string;
  arguments: Record<string, unknown>;
  [field: string]: unknown;
}

/** The object that `toFields` made the fields of. */
export function fromFields(kind: Kind, fields: object): TopologyObject {
  switch (kind) {
    case 'exchange':
      return normalizeExchange(fields as RawExchange, '/');
    case 'queue':
      return normalizeQueue(fields as RawQueue, '/');
    case 'binding':
      return normalizeBinding(fields as RawBinding, '/');
    default:
      return unreachable(kind);
  }
}

/** Whether two objects of one address are the same, argument order aside. */
export function isEqual(a: TopologyObject, b: TopologyObject): boolean {
  if (a.odd !== undefined || b.odd !== undefined) return false;
  if (a.arguments.size !== b.arguments.size) return false;
  if (a.arguments.size > 0 && canonical(a.arguments) !== canonical(b.arguments)) return false;
  if (a.kind === 'binding' || b.kind === 'binding') return a.kind === b.kind;
  return (
    a.kind === b.kind &&
    a.type === b.type &&
    a.durable === b.durable &&
    a.auto_delete === b.auto_delete &&
    (a.kind !== 'exchange' || b.kind !== 'exchange' || a.internal === b.internal)
  );
}

/** Equal texts mean equal objects, argument order aside. */
export function canonicalObject(object: TopologyObject): string {
  return canonical({ kind: object.kind, ...toFields(object) });
}

function tableOf(args: object | undefined): Table {
  if (args instanceof Map) return args as Table;
  return args === undefined ? none : toTable(args);
}

function takeType(args: Table): { type: string | null; rest: Table } {
  const type = args.get('x-queue-type');
  if (typeof type !== 'string') return { type: null, rest: args };
  const rest = new Map(args);
  rest.delete('x-queue-type');
  return { type, rest: rest.size === 0 ? none : rest };
}
