// Arguments that RabbitMQ would refuse, or would store without ever looking at them.
import type { Breach } from './breach.ts';
import { nearest } from './did-you-mean.ts';
import {
  bindingArguments,
  exchangeArguments,
  isQueueType,
  queueArguments,
} from './known-arguments.ts';
import type { Binding, Queue, TopologyObject } from './object.ts';
import { oneOf, quote } from './quote.ts';

const known: Record<TopologyObject['kind'], ReadonlySet<string>> = {
  exchange: exchangeArguments,
  queue: new Set(queueArguments.keys()),
  binding: bindingArguments,
};

export function unknownArguments(object: TopologyObject): Breach[] {
  if (object.arguments.size === 0) return [];
  if (object.kind === 'binding' && matchesReserved(object)) return [];
  const names = known[object.kind];
  return [...object.arguments.keys()]
    .filter((name) => !names.has(name) && (name.startsWith('x-') || names.has(`x-${name}`)))
    .map((name) => unknown(object.kind, name, names));
}

function unknown(kind: string, name: string, names: ReadonlySet<string>): Breach {
  const meant = names.has(`x-${name}`) ? `x-${name}` : nearest(name, names);
  return {
    code: 'unknown-argument',
    message: `RabbitMQ knows no ${kind} argument ${quote(name)}`,
    hint: meant ? `did you mean ${meant}?` : 'it would be stored and never looked at; remove it',
    path: ['arguments', name],
    doubtful: 'argument',
  };
}

/** With these, a headers exchange compares headers whose names begin with x- too. */
function matchesReserved(binding: Binding): boolean {
  const match = binding.arguments.get('x-match');
  return match === 'all-with-x' || match === 'any-with-x';
}

export function foreignArguments({ type, arguments: table }: Queue): Breach[] {
  if (!isQueueType(type)) return [];
  return [...table.keys()].flatMap((name) => {
    const types = queueArguments.get(name);
    if (types === undefined || types.includes(type)) return [];
    const message = `${name} is an argument of ${oneOf(types)} queues, and this one is ${type}`;
    const hint = 'RabbitMQ refuses it; remove the argument, or change x-queue-type';
    return [{ code: 'foreign-argument', message, hint, path: ['arguments', name] }];
  });
}

export function routingKeyWithoutExchange({ arguments: table }: Queue): Breach[] {
  if (!table.has('x-dead-letter-routing-key') || table.has('x-dead-letter-exchange')) return [];
  return [
    {
      code: 'no-dead-letter-exchange',
      message: 'x-dead-letter-routing-key stands without x-dead-letter-exchange',
      hint: `RabbitMQ refuses it; add x-dead-letter-exchange; '' is the default exchange`,
      path: ['arguments', 'x-dead-letter-routing-key'],
    },
  ];
}
