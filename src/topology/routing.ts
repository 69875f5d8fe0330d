// Which queues a message reaches, by the bindings that are declared. Bindings that only the broker holds, policies and the
// headers of a message are not known here.
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

interface Exit {
  /** Undefined where the type routes in a way of its own. */
  readonly matcher: Matcher | undefined;
  readonly alternate: string | undefined;
}

/** The routing of one vhost. */
export class Routing {
  readonly #exits = new Map<string, Exit>();
  readonly #queues = new Set<string>();

  constructor(objects: Iterable<TopologyObject>, vhost: string) {
    const own = [...objects].filter((object) => object.vhost === vhost);
    for (const [name, type] of predefined) this.#exits.set(name, exitOf(type, undefined));
    for (const object of own) {
      if (isExchange(object)) this.#exits.set(object.name, toExit(object));
      if (isQueue(object)) this.#queues.add(object.name);
    }
    for (const object of own) {
      if (isBinding(object)) this.#exits.get(object.source)?.matcher?.add(object);
    }
  }

  /**
   * The queues that a message with this routing key reaches from an exchange, each once, found as they are asked for. As in
   * RabbitMQ an exchange is passed through once, and its alternate exchange only where none of its bindings match.
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

/** There in every vhost; nothing is ever bound to the default exchange. */
const predefined: readonly (readonly [string, string])[] = [
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
];

const unknown: Exit = { matcher: undefined, alternate: undefined };
const exitOf = (type: string, alternate: string | undefined): Exit => ({
  matcher: matcherOf(type),
  alternate,
});

const toExit = (exchange: Exchange): Exit => exitOf(exchange.type, ownOnward(exchange));
