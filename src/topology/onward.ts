// Finds where an exchange sends unroutable messages and a queue its dead letters: by the object's
// own arguments or its policy, each key on its own.
import { addressOfNamed, type Address } from './address.ts';
import type { AppliedPolicies } from './applied-policies.ts';
import { BindingGraph } from './binding-graph.ts';
import {
  type Binding,
  type BindingEnd,
  isBindingEnd,
  isExchange,
  isQueue,
  type Policy,
  type TopologyObject,
  type Queue,
} from './object.ts';
import { predefinedExchanges } from './system.ts';
import { isTopicPattern, saysSomething } from './topic-trie.ts';
import { canonical } from './value.ts';

export type Way = Onward &
  Target & {
    /**
     * False if it depends on a policy that topo can't match, or on the routing keys of future
     * messages.
     */
    readonly certain: boolean;
  };

/** The setting, and its origin. */
interface Onward {
  /** Such as `x-dead-letter-exchange`; without `x-` if set by a policy. */
  readonly argument: string;
  readonly policy: string | undefined;
  /** The named exchange; '' for the default exchange. */
  readonly exchange: string;
}

type Target =
  /** `routing_keys`: the keys that messages then have; undefined if any is possible. */
  | { readonly kind: 'exchange'; readonly routing_keys: readonly string[] | undefined }
  /** Through the default exchange. */
  | { readonly kind: 'queue'; readonly name: string }
  /** Through the default exchange, to queues whose names match a topic pattern. */
  | { readonly kind: 'queues'; readonly pattern: string }
  /** Through the default exchange, to the queue named like the routing key, whatever that is. */
  | { readonly kind: 'any-queue' }
  /** As an alternate exchange, the default exchange drops everything (3.10.8). */
  | { readonly kind: 'nowhere' };

/** The routing keys that a binding lets through. */
type Keys =
  | { readonly kind: 'one'; readonly key: string }
  | { readonly kind: 'like'; readonly pattern: string }
  | { readonly kind: 'any' };

/** The policy key and the argument that name the exchange messages are sent on to. */
const sentOnBy = {
  exchange: { key: 'alternate-exchange', argument: 'alternate-exchange' },
  queue: { key: 'dead-letter-exchange', argument: 'x-dead-letter-exchange' },
} as const satisfies Record<BindingEnd['kind'], object>;

/** The onward ways in one state of the broker, such as after all changes. */
export class Ways {
  readonly #objects: ReadonlyMap<Address, TopologyObject>;
  readonly #policies: AppliedPolicies;
  readonly #graphs = new Map<string, BindingGraph>();

  constructor(objects: ReadonlyMap<Address, TopologyObject>, policies: AppliedPolicies) {
    this.#objects = objects;
    this.#policies = policies;
  }

  from(object: TopologyObject): Way[] {
    if (!isBindingEnd(object)) return [];
    const candidates = this.#policies.of(object);
    const ways = candidates.flatMap((policy) => this.#by(object, policy));
    if (candidates.length === 1) return ways;
    const counts = new Map<string, { way: Way; count: number }>();
    for (const way of ways) {
      const text = canonical(way);
      counts.set(text, { way, count: (counts.get(text)?.count ?? 0) + 1 });
    }
    return [...counts.values()].map(({ way, count }) => ({
      ...way,
      certain: way.certain && count === candidates.length,
    }));
  }

  /** The exchanges and queues of some vhosts that others lead messages to. */
  endsIn(vhosts: ReadonlySet<string | null>): Set<Address> {
    const senders = [...this.#objects.values()].filter(({ vhost }) => vhosts.has(vhost));
    const ends = senders.flatMap((sender) =>
      this.from(sender).map((way) => addressOfWay(way, sender.vhost ?? '')),
    );
    return new Set(ends.filter((end) => end !== undefined));
  }

  #by(object: BindingEnd, policy: Policy | undefined): Way[] {
    const onward = onwardOf(object, policy);
    if (onward === undefined) return [];
    return this.#targetsOf(object, onward, policy).map((target) => ({
      ...onward,
      ...target,
      certain: target.kind !== 'queues' && target.kind !== 'any-queue',
    }));
  }

  #targetsOf(object: BindingEnd, { exchange }: Onward, policy: Policy | undefined): Target[] {
    if (isExchange(object)) {
      if (exchange === '') return [{ kind: 'nowhere' }];
      return [{ kind: 'exchange', routing_keys: undefined }];
    }
    const key = valueOf(object, policy, 'dead-letter-routing-key')?.value;
    const keys = key === undefined ? this.#keysInto(object) : [{ kind: 'one', key } as const];
    if (exchange === '') return queuesFor(keys);
    const fixed = keys.flatMap((each) => (each.kind === 'one' ? each.key : []));
    const isKnown = keys.length > 0 && fixed.length === keys.length;
    return [{ kind: 'exchange', routing_keys: isKnown ? [...new Set(fixed)] : undefined }];
  }

  #keysInto({ vhost, name }: Queue): Keys[] {
    let graph = this.#graphs.get(vhost);
    if (graph === undefined) {
      graph = new BindingGraph(this.#objects.values(), vhost);
      this.#graphs.set(vhost, graph);
    }
    return graph.into(name).map((binding) => this.#keysThrough(binding));
  }

  #keysThrough({ vhost, source, routing_key }: Binding): Keys {
    const exchange = this.#objects.get(addressOfNamed('exchange', vhost, source));
    const type = isExchange(exchange) ? exchange.type : predefinedExchanges.get(source);
    if (type === 'direct') return { kind: 'one', key: routing_key };
    if (type !== 'topic' || !saysSomething(routing_key)) return { kind: 'any' };
    if (!isTopicPattern(routing_key)) return { kind: 'one', key: routing_key };
    return { kind: 'like', pattern: routing_key };
  }
}

/** The kind of object that a way names. */
export const endKindOf = ({ kind }: Way): BindingEnd['kind'] =>
  kind === 'queue' ? 'queue' : 'exchange';

/** The object that messages are sent on to, if there is just one. */
export function addressOfWay(way: Way, vhost: string): Address | undefined {
  if (way.kind === 'exchange') return addressOfNamed('exchange', vhost, way.exchange);
  return way.kind === 'queue' ? addressOfNamed('queue', vhost, way.name) : undefined;
}

/** The exchange that an object's own argument names; may be ''. */
export function ownOnward({ kind, arguments: args }: BindingEnd): string | undefined {
  const name = args.get(sentOnBy[kind].argument);
  return typeof name === 'string' ? name : undefined;
}

function onwardOf(object: BindingEnd, policy: Policy | undefined): Onward | undefined {
  const { key, argument } = sentOnBy[object.kind];
  const found = valueOf(object, policy, key);
  if (found === undefined) return undefined;
  const { value, isOwn } = found;
  return {
    argument: isOwn ? argument : key,
    policy: isOwn ? undefined : policy?.name,
    exchange: value,
  };
}

/** The object's own argument overrides the policy, key by key (measured on 3.10.8). */
function valueOf(object: BindingEnd, policy: Policy | undefined, key: string) {
  const own = object.arguments.get(isQueue(object) ? `x-${key}` : key);
  if (typeof own === 'string') return { value: own, isOwn: true };
  const value = policy?.definition.get(key);
  return typeof value === 'string' ? { value, isOwn: false } : undefined;
}

/**
 * Messages through the default exchange have the queue's own name as their key, so they lead
 * nowhere else.
 */
function queuesFor(keys: readonly Keys[]): Target[] {
  const targets = keys.map((each): Target => {
    if (each.kind === 'one') return { kind: 'queue', name: each.key };
    return each.kind === 'like' ? { kind: 'queues', pattern: each.pattern } : { kind: 'any-queue' };
  });
  if (targets.length < 2) return targets;
  return [...new Map(targets.map((target) => [canonical(target), target])).values()];
}
