// Finds the queues that a message reaches by the declared bindings. Ignores bindings that only the
// broker has, policies, and headers.
import { matcherOf, type Matcher } from './matchers.ts';
import {
  type Binding,
  type Exchange,
  type TopologyObject,
  isBinding,
  isExchange,
  isQueue,
} from './object.ts';
import { ownOnward } from './onward.ts';
import { predefinedExchanges } from './system.ts';

interface Exit {
  /** Undefined for types with their own kind of routing. */
  readonly matcher: Matcher | undefined;
  readonly alternate: string | undefined;
}

/** The routing of one vhost. */
export class Routing {
  readonly #exits = new Map<string, Exit>();
  readonly #queues = new Set<string>();

  constructor(objects: Iterable<TopologyObject>, vhost: string) {
    const own = [...objects].filter((object) => object.vhost === vhost);
    for (const [name, type] of predefinedExchanges) this.#exits.set(name, exitOf(type, undefined));
    for (const object of own) {
      if (isExchange(object)) this.#exits.set(object.name, toExit(object));
      if (isQueue(object)) this.#queues.add(object.name);
    }
    for (const object of own) {
      if (isBinding(object)) this.#exits.get(object.source)?.matcher?.add(object);
    }
  }

  /**
   * Yields each queue that a message reaches from an exchange once, lazily. As in RabbitMQ, a
   * message passes an exchange once, and its alternate exchange only if none of its bindings match.
   */
  *queuesFor(exchange: string, routing_key: string): Iterable<string> {
    if (exchange === '') {
      if (this.#queues.has(routing_key)) yield routing_key;
      return;
    }
    const exchanges = new Set([exchange]);
    const queues = new Set<string>();
    for (const name of exchanges) {
      for (const { destination, destination_type } of this.#match(name, routing_key)) {
        if (destination_type === 'exchange') exchanges.add(destination);
        else if (!queues.has(destination)) {
          queues.add(destination);
          yield destination;
        }
      }
    }
  }

  /** Whether a message reaches this queue and no other. */
  reachesOnly(queue: string, exchange: string, routing_key: string): boolean {
    let isReached = false;
    for (const name of this.queuesFor(exchange, routing_key)) {
      if (name !== queue) return false;
      isReached = true;
    }
    return isReached;
  }

  *#match(exchange: string, routing_key: string): Iterable<Destination> {
    const { matcher, alternate } = this.#exits.get(exchange) ?? unknown;
    let isMatched = false;
    for (const binding of matcher?.match(routing_key) ?? []) {
      isMatched = true;
      yield binding;
    }
    const isReturned = !isMatched && matcher !== undefined && alternate !== undefined;
    if (isReturned) yield { destination: alternate, destination_type: 'exchange' };
  }
}

type Destination = Pick<Binding, 'destination' | 'destination_type'>;

const unknown: Exit = { matcher: undefined, alternate: undefined };
const exitOf = (type: string, alternate: string | undefined): Exit => ({
  matcher: matcherOf(type),
  alternate,
});

const toExit = (exchange: Exchange): Exit => exitOf(exchange.type, ownOnward(exchange));
