// Follows bindings from exchange to queue and back, whatever the routing key.
import { type Binding, type TopologyObject, isBinding } from './object.ts';

/** The bindings of one vhost. */
export class BindingGraph {
  readonly #from = new Map<string, Binding[]>();
  readonly #toQueue = new Map<string, Binding[]>();
  readonly #toExchange = new Map<string, Binding[]>();

  constructor(objects: Iterable<TopologyObject>, vhost: string) {
    for (const object of objects) {
      if (!isBinding(object) || object.vhost !== vhost) continue;
      push(this.#from, object.source, object);
      const isToQueue = object.destination_type === 'queue';
      push(isToQueue ? this.#toQueue : this.#toExchange, object.destination, object);
    }
  }

  /** The queues bound directly to an exchange. */
  boundTo(exchange: string): string[] {
    const bindings = this.#from.get(exchange) ?? [];
    return bindings.flatMap((each) => (each.destination_type === 'queue' ? each.destination : []));
  }

  /** The bindings into a queue. */
  into(queue: string): readonly Binding[] {
    return this.#toQueue.get(queue) ?? [];
  }

  /** The queues bound to an exchange, directly or through other exchanges. */
  queuesBehind(exchange: string): Set<string> {
    return new Set([...this.exchangesBehind(exchange)].flatMap((name) => this.boundTo(name)));
  }

  /** The exchange itself, and all exchanges downstream of it. */
  exchangesBehind(exchange: string): Set<string> {
    const exchanges = new Set([exchange]);
    for (const name of exchanges) {
      for (const { destination, destination_type } of this.#from.get(name) ?? []) {
        if (destination_type === 'exchange') exchanges.add(destination);
      }
    }
    return exchanges;
  }

  /** All bindings upstream of a queue, nearest first. */
  bindingsBefore(queue: string): Binding[] {
    const bindings = [...(this.#toQueue.get(queue) ?? [])];
    const exchanges = new Set(bindings.map(({ source }) => source));
    for (const name of exchanges) {
      for (const binding of this.#toExchange.get(name) ?? []) {
        bindings.push(binding);
        exchanges.add(binding.source);
      }
    }
    return bindings;
  }
}

function push(map: Map<string, Binding[]>, name: string, binding: Binding): void {
  const list = map.get(name);
  if (list) list.push(binding);
  else map.set(name, [binding]);
}
