// Decides whether a message sent to an exchange may reach a queue, by bindings and policies.
import { addressOfNamed, type Address } from './address.ts';
import { matcherOf, routedTypes, type Matcher } from './matchers.ts';
import {
  type Binding,
  type Exchange,
  type TopologyObject,
  isBinding,
  isExchange,
} from './object.ts';
import type { Ways } from './onward.ts';

interface Exit {
  readonly bindings: Binding[];
  /** Only for types that route by the routing key alone. */
  readonly matcher: Matcher | undefined;
}

export class Reach {
  readonly #objects: ReadonlyMap<Address, TopologyObject>;
  readonly #ways: Ways;
  /** Built on first use: many topologies send nothing on. */
  #exits: Map<Address, Exit> | undefined;
  readonly #known = new Map<string, boolean>();

  constructor(objects: ReadonlyMap<Address, TopologyObject>, ways: Ways) {
    this.#objects = objects;
    this.#ways = ways;
  }

  /** Whether it is certain to be dropped: with this routing key, or, without one, with any. */
  isDropped(exchange: Address, routing_key: string | undefined): boolean {
    const question = `${exchange} ${routing_key === undefined ? '' : `=${routing_key}`}`;
    const known = this.#known.get(question);
    if (known !== undefined) return known;
    const isDropped = !this.#getsToAQueue(exchange, routing_key);
    this.#known.set(question, isDropped);
    return isDropped;
  }

  #getsToAQueue(first: Address, routing_key: string | undefined): boolean {
    const exchanges = new Set([first]);
    for (const address of exchanges) {
      const exchange = this.#objects.get(address);
      if (!isExchange(exchange)) continue;
      if (!routedTypes.includes(exchange.type)) return true;
      for (const next of this.#nextOf(address, exchange, routing_key)) {
        if (next === 'a queue') return true;
        exchanges.add(next);
      }
    }
    return false;
  }

  /** Includes the alternate exchange, unless a binding is certain to match. */
  *#nextOf(address: Address, exchange: Exchange, routing_key: string | undefined) {
    const { bindings, matcher } = this.#exitOf(address) ?? nothingBound;
    const byKey = routing_key === undefined ? undefined : matcher?.match(routing_key);
    const matching = [...(byKey ?? bindings)];
    for (const { vhost, destination, destination_type } of matching) {
      if (destination_type === 'queue') yield 'a queue';
      else yield addressOfNamed('exchange', vhost, destination);
    }
    if (matching.length > 0 && byKey !== undefined) return;
    for (const way of this.#ways.from(exchange)) {
      if (way.kind === 'exchange') {
        yield addressOfNamed('exchange', exchange.vhost, way.exchange);
      }
    }
  }

  #exitOf(address: Address): Exit | undefined {
    this.#exits ??= exitsOf(this.#objects);
    return this.#exits.get(address);
  }
}

const nothingBound: Exit = { bindings: [], matcher: undefined };

function exitsOf(objects: ReadonlyMap<Address, TopologyObject>): Map<Address, Exit> {
  const exits = new Map<Address, Exit>();
  for (const object of objects.values()) {
    if (!isBinding(object)) continue;
    const address = addressOfNamed('exchange', object.vhost, object.source);
    let exit = exits.get(address);
    if (exit === undefined) {
      exit = { bindings: [], matcher: matcherFor(objects.get(address)) };
      exits.set(address, exit);
    }
    exit.bindings.push(object);
    exit.matcher?.add(object);
  }
  return exits;
}

function matcherFor(exchange: TopologyObject | undefined): Matcher | undefined {
  if (!isExchange(exchange) || exchange.type === 'headers') return undefined;
  return matcherOf(exchange.type);
}
