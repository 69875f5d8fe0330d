// Arguments that RabbitMQ would refuse, or would store without ever looking at them.
import type { Breach } from './breach.ts';
import { nearest } from './did-you-mean.ts';
import {
  bindingArguments,
  exchangeArguments,
  isQueueType,
  queueArguments,
} from './known-arguments.ts';
import type { Binding, Kind, Queue, TopologyObject } from './object.ts';
import { oneOf, quote } from './quote.ts';
import type { Value } from './value.ts';

const known: Record<Kind, ReadonlySet<string>> = {
  exchange: exchangeArguments,
  queue: new Set(queueArguments.keys()),
  binding: bindingArguments,
};

export function unknownArguments(object: Pick<TopologyObject, 'kind' | 'arguments'>): Breach[] {
  if (object.arguments.size === 0) return [];
  if (object.kind === 'binding' && matchesReserved(object)) return [];
  return [...object.arguments.keys()]
    .filter((name) => isStray(name, object.kind))
    .map((name) => unknown(object.kind, name));
}

/** RabbitMQ tells upper from lower case. What a binding names may be any header, so that it must be near to be wrong. */
function isStray(name: string, kind: Kind): boolean {
  const names = known[kind];
  if (names.has(name)) return false;
  if (name.startsWith('x-') || misspelled(name, names)) return true;
  if (kind === 'binding') return false;
  return /^x-/i.test(name) || nearest(name.toLowerCase(), withoutPrefix(names)) !== undefined;
}

/** In another case, or without the x-. */
function misspelled(name: string, names: ReadonlySet<string>): string | undefined {
  const lower = name.toLowerCase();
  return [lower, `x-${lower}`].find((each) => names.has(each));
}

const withoutPrefix = (names: ReadonlySet<string>): string[] =>
  [...names].filter((name) => !name.startsWith('x-'));

function unknown(kind: Kind, name: string): Breach {
  const names = known[kind];
  const meant = misspelled(name, names) ?? nearest(name.toLowerCase(), names);
  return {
    code: 'unknown-argument',
    message: `RabbitMQ knows no ${kind} argument ${quote(name)}`,
    hint: meant ? `did you mean ${meant}?` : 'it would be stored and never looked at; remove it',
    path: ['arguments', name],
    doubtful: 'argument',
  };
}

/** With these, a headers exchange compares headers whose names begin with x- too. */
function matchesReserved(binding: Pick<Binding, 'arguments'>): boolean {
  const match = binding.arguments.get('x-match');
  return match === 'all-with-x' || match === 'any-with-x';
}

/** The management API answers 400 null_not_allowed, and 500 for a binding; what AMQP declares it lists as the text "undefined". */
export function nullArguments({ arguments: table }: TopologyObject): Breach[] {
  return [...table].flatMap(([name, value]) => {
    const path = pathToNull(value);
    if (path === undefined) return [];
    return {
      code: 'null-argument',
      message: `${name} ${path.length === 0 ? 'is' : 'holds'} null`,
      hint: 'RabbitMQ refuses null; write a value, or leave it out',
      path: ['arguments', name, ...path],
    };
  });
}

function pathToNull(value: Value): string[] | undefined {
  if (value === null) return [];
  const items = Array.isArray(value) ? value.entries() : value instanceof Map ? value : [];
  for (const [key, item] of items as Iterable<[string | number, Value]>) {
    const path = pathToNull(item);
    if (path) return [String(key), ...path];
  }
  return undefined;
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
