// What an exchange, a queue or a binding must keep to, beyond having the right fields, so that RabbitMQ takes
// it as it is. None of these rules needs the broker or another object.
import {
  foreignArguments,
  nullArguments,
  routingKeyWithoutExchange,
  unknownArguments,
} from './argument-rules.ts';
import type { Breach } from './breach.ts';
import { nearest } from './did-you-mean.ts';
import { isQueueType, queueTypes } from './known-arguments.ts';
import { nameBreaches, routingKeyBreaches } from './name-rules.ts';
import type { Binding, Exchange, Queue, TopologyObject } from './object.ts';
import { unreachable } from './object.ts';
import { quote } from './quote.ts';
import { isSystemExchange, isSystemQueue } from './system.ts';

type Rule<T> = (object: T) => readonly Breach[];

/** A new rule is one function and one entry in these lists. */
const exchangeRules: readonly Rule<Exchange>[] = [exchangeName, unknownArguments, nullArguments];
const queueRules: readonly Rule<Queue>[] = [
  queueName,
  queueType,
  replicatedQueuesLast,
  foreignArguments,
  routingKeyWithoutExchange,
  unknownArguments,
  nullArguments,
];
const bindingRules: readonly Rule<Binding>[] = [
  source,
  destination,
  routingKey,
  listableBinding,
  unknownArguments,
  nullArguments,
];

export function breachesOf(object: TopologyObject): Breach[] {
  switch (object.kind) {
    case 'exchange':
      return exchangeRules.flatMap((rule) => rule(object));
    case 'queue':
      return queueRules.flatMap((rule) => rule(object));
    case 'binding':
      return bindingRules.flatMap((rule) => rule(object));
    default:
      return unreachable(object);
  }
}

function exchangeName(exchange: Exchange): Breach[] {
  if (!isSystemExchange(exchange)) return nameBreaches(exchange.name, 'exchange name', ['name']);
  if (exchange.name === '') return nameBreaches('', 'exchange name', ['name']);
  return [reserved('exchange', exchange.name, ['name'])];
}

function queueName(queue: Queue): Breach[] {
  if (isSystemQueue(queue)) return [reserved('queue', queue.name, ['name'])];
  return nameBreaches(queue.name, 'queue name', ['name']);
}

/** Types that plugins bring are taken as they are; the broker knows which it has. */
function queueType({ type }: Queue): Breach[] {
  if (type === null || isQueueType(type)) return [];
  const meant = nearest(type, queueTypes);
  if (meant === undefined) return [];
  return [
    {
      code: 'unknown-queue-type',
      message: `there is no queue type ${quote(type)}`,
      hint: `did you mean ${meant}?`,
      path: ['arguments', 'x-queue-type'],
    },
  ];
}

function replicatedQueuesLast({ type, durable, auto_delete }: Queue): Breach[] {
  if (type !== 'quorum' && type !== 'stream') return [];
  const hint = `RabbitMQ refuses it; leave the field out, or make it a classic queue`;
  const what = type === 'quorum' ? 'a quorum queue' : 'a stream';
  const breach = (message: string, field: string): Breach => ({
    ...{ code: 'replicated-queue', message, hint, path: [field] },
  });
  return [
    ...(durable ? [] : [breach(`${what} is always durable`, 'durable')]),
    ...(auto_delete ? [breach(`${what} is never auto_delete`, 'auto_delete')] : []),
  ];
}

function source(binding: Binding): Breach[] {
  if (binding.source !== '') return nameBreaches(binding.source, 'source name', ['source']);
  return [
    {
      code: 'default-exchange',
      message: 'nothing can be bound to the default exchange',
      hint: 'it routes to every queue by its name already; remove the binding',
      path: ['source'],
    },
  ];
}

function destination({ destination_type, destination: name }: Binding): Breach[] {
  if (destination_type === 'queue' && isSystemQueue({ name })) {
    return [reserved('queue', name, ['destination'])];
  }
  return nameBreaches(name, 'destination name', ['destination']);
}

function routingKey({ routing_key }: Binding): Breach[] {
  return routingKeyBreaches(routing_key, ['routing_key']);
}

/** Seen on 3.10, 4.0 and 4.3: with such a binding the list of all bindings is a 500. */
function listableBinding({ routing_key, arguments: args }: Binding): Breach[] {
  if (args.size === 0 || !/~[^~]+$/.test(routing_key)) return [];
  return [
    {
      code: 'poison-binding',
      message: `with arguments beside it, the routing key ${quote(routing_key)} breaks RabbitMQ's list of bindings`,
      hint: 'take the ~ out of the routing key, or leave the arguments out',
      path: ['routing_key'],
    },
  ];
}

function reserved(kind: 'exchange' | 'queue', name: string, path: readonly string[]): Breach {
  return {
    code: 'reserved-name',
    message: `${kind} ${quote(name)} belongs to RabbitMQ, a plugin or topo itself`,
    hint: `choose another name; objects of the broker's own are never created, changed or deleted`,
    path,
  };
}
