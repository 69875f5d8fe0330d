// The row of queues and streams: messages wait in them.
import { addressOfNamed } from '../address.ts';
import { nullArguments, unknownArguments } from '../argument-rules.ts';
import { nearest } from '../did-you-mean.ts';
import { isQueueType, queueArguments, queueTypes } from '../known-arguments.ts';
import { nameBreaches } from '../name-rules.ts';
import type { Queue } from '../object.ts';
import type { Breach } from '../problem.ts';
import { oneOf, quote } from '../quote.ts';
import { isSystemQueue } from '../system.ts';
import type { Table, Value } from '../value.ts';
import { flagOf, oddFinder, reservedName, tableOf, textOf, type RowOf } from './kind.ts';

/** An entry of a definitions file, a topology file or the management API. */
export interface RawQueue {
  name: unknown;
  vhost?: string;
  type?: string;
  durable?: unknown;
  auto_delete?: unknown;
  arguments?: object;
}

const typeArgument = 'x-queue-type';

const fields = {
  name: { type: 'string' },
  durable: { type: 'boolean', byDefault: true },
  auto_delete: { type: 'boolean', byDefault: false },
} as const;

const oddFieldsOf = oddFinder(fields);

export function normalizeQueue(raw: RawQueue, vhost: string): Queue {
  const { type, rest } = takeType(tableOf(raw.arguments));
  return {
    kind: 'queue',
    vhost: raw.vhost ?? vhost,
    name: textOf(raw.name),
    type: raw.type ?? type,
    durable: flagOf(raw.durable, fields.durable.byDefault),
    auto_delete: flagOf(raw.auto_delete, fields.auto_delete.byDefault),
    arguments: rest,
    ...oddFieldsOf(raw),
  };
}

function takeType(args: Table): { type: string | null; rest: Table } {
  const type = args.get(typeArgument);
  if (typeof type !== 'string') return { type: null, rest: args };
  const rest = new Map(args);
  rest.delete(typeArgument);
  return { type, rest };
}

/**
 * Gives a queue without a type the one that the broker would choose: the vhost's default if the
 * queue is durable and not auto-delete, otherwise classic.
 */
export function withDefaultType(queue: Queue, vhostDefault: string): Queue {
  if (queue.type !== null) return queue;
  return { ...queue, type: queue.durable && !queue.auto_delete ? vhostDefault : 'classic' };
}

const addressOf = ({ vhost, name }: Queue) => addressOfNamed('queue', vhost, name);
const render = ({ name }: Queue): string => `queue ${quote(name)}`;
const strayArguments = unknownArguments('queue', new Set(queueArguments.keys()));

export const queue: RowOf<'queue'> = {
  section: 'queues',
  path: 'queues',
  changes: 'replace',
  fields,
  attributes: ['type', 'durable', 'auto_delete', 'arguments'],
  rules: [
    queueName,
    queueType,
    replicatedQueuesLast,
    foreignArguments,
    routingKeyWithoutExchange,
    strayArguments,
    nullArguments,
  ],
  strayArguments,
  normalize: (raw, vhost) => normalizeQueue(raw as RawQueue, vhost),
  withDefaults: withDefaultType,
  fullArguments: ({ type, arguments: table }) =>
    type === null ? table : new Map<string, Value>([[typeArgument, type], ...table]),
  addressOf,
  homeOf: (object) => ({ address: addressOf(object), kind: 'queue', name: object.name }),
  namesOf: ({ name }) => [name],
  isBrokersOwn: isSystemQueue,
  render,
  renderIdentity: render,
};

function queueName(object: Queue): Breach[] {
  if (isSystemQueue(object)) return [reservedName(render(object), ['name'])];
  return nameBreaches(object.name, 'queue name', ['name']);
}

/** Accepts the types of plugins; only the broker knows which it has. */
function queueType({ type }: Queue): Breach[] {
  if (type === null || isQueueType(type)) return [];
  const meant = nearest(type, queueTypes);
  if (meant === undefined) return [];
  return [
    {
      code: 'unknown-queue-type',
      message: `there is no queue type ${quote(type)}`,
      hint: `did you mean ${meant}?`,
      path: ['arguments', typeArgument],
    },
  ];
}

function replicatedQueuesLast({ type, durable, auto_delete }: Queue): Breach[] {
  if (type !== 'quorum' && type !== 'stream') return [];
  const hint = `RabbitMQ refuses it; leave the field out, or make it a classic queue`;
  const what = type === 'quorum' ? 'a quorum queue' : 'a stream';
  const breach = (message: string, field: string): Breach => {
    return { code: 'replicated-queue', message, hint, path: [field] };
  };
  return [
    ...(durable ? [] : [breach(`${what} is always durable`, 'durable')]),
    ...(auto_delete ? [breach(`${what} is never auto_delete`, 'auto_delete')] : []),
  ];
}

export function foreignArguments({ type, arguments: table }: Queue): Breach[] {
  if (!isQueueType(type)) return [];
  return [...table.keys()].flatMap((name) => {
    const types = queueArguments.get(name);
    if (types === undefined || types.includes(type)) return [];
    const message = `${name} is an argument of ${oneOf(types)} queues, but this one is ${type}`;
    const hint = 'RabbitMQ refuses it; remove the argument, or change x-queue-type';
    return [{ code: 'foreign-argument', message, hint, path: ['arguments', name] }];
  });
}

function routingKeyWithoutExchange({ arguments: table }: Queue): Breach[] {
  if (!table.has('x-dead-letter-routing-key') || table.has('x-dead-letter-exchange')) return [];
  return [
    {
      code: 'no-dead-letter-exchange',
      message: 'x-dead-letter-routing-key needs x-dead-letter-exchange',
      hint: `RabbitMQ refuses it; add x-dead-letter-exchange; '' is the default exchange`,
      path: ['arguments', 'x-dead-letter-routing-key'],
    },
  ];
}
