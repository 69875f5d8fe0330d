// Where an exchange sends what it can't route, and a queue what it drops: by an argument that names another exchange.
import { addressOfNamed, type Address } from './address.ts';
import type { TopologyObject } from './object.ts';

export interface Onward {
  readonly argument: string;
  readonly name: string;
  readonly exchange: Address;
}

const argumentOf = { exchange: 'alternate-exchange', queue: 'x-dead-letter-exchange' } as const;

/** The default exchange leads to queues by their names, and is none of these. */
export function onwardOf(object: TopologyObject): Onward | undefined {
  if (object.kind === 'binding') return undefined;
  const argument = argumentOf[object.kind];
  const name = object.arguments.get(argument);
  if (typeof name !== 'string' || name === '') return undefined;
  return { argument, name, exchange: addressOfNamed('exchange', object.vhost, name) };
}
