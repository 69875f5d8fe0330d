// Finds the policy that applies to an object: the broker names it for a live object; for a new one
// topo matches the name.
import type { Address } from './address.ts';
import { addressOf } from './identity.ts';
import type { Live, LiveExchange, LiveObject, LiveQueue } from './live.ts';
import {
  type Exchange,
  isBindingEnd,
  isQueue,
  type Policy,
  type Queue,
  type TopologyObject,
} from './object.ts';
import { matchPattern, processorTime } from './pattern.ts';
import { isMeantFor, type Match } from './policy.ts';

/** The policy that applies (undefined: no policy); several if topo can't tell which. */
export type Candidates = readonly (Policy | undefined)[];

/** Milliseconds of matching: for one pattern, and for all of them. */
const patience = { one: 200, all: 2_000 };

const none: Candidates = [undefined];

/** The broker's policies, and its objects with the policy of each. */
type Known = Pick<Live, 'policies' | 'objects'> & {
  readonly broker?: Pick<Live['broker'], 'version'>;
};

export class AppliedPolicies {
  readonly #live: Known;
  readonly #named = new Map<string, Map<string, Policy>>();
  readonly #ranked: ReadonlyMap<string, readonly (readonly Policy[])[]>;
  readonly #matched = new Map<Address, Candidates>();
  #patience = patience.all;

  /** `objects`: those to answer `of` for, beside the live ones. */
  constructor(live: Known, objects: Iterable<TopologyObject>) {
    this.#live = live;
    const policies = live.policies ?? [];
    this.#ranked = rank(policies);
    for (const policy of policies) {
      const own = this.#named.get(policy.vhost) ?? new Map<string, Policy>();
      this.#named.set(policy.vhost, own.set(policy.name, policy));
    }
    const untold = new Map<string, (Exchange | Queue)[]>();
    for (const object of objects) {
      if (!isBindingEnd(object) || this.#told(object) !== undefined) continue;
      const group = untold.get(`${object.kind} ${object.vhost}`);
      if (group) group.push(object);
      else untold.set(`${object.kind} ${object.vhost}`, [object]);
    }
    for (const group of untold.values()) this.#match(group);
  }

  of(object: Exchange | Queue): Candidates {
    return this.#told(object) ?? this.#matched.get(addressOf(object)) ?? none;
  }

  /** Undefined if the broker has no such object, or one of another type. */
  #told(object: Exchange | Queue): Candidates | undefined {
    const named = this.#named.get(object.vhost);
    if (named === undefined) return none;
    const found = this.#live.objects.get(addressOf(object));
    if (found === undefined || !isSameSort(found, object)) return undefined;
    if (found.policy === undefined) return none;
    const policy = named.get(found.policy);
    return policy && [policy];
  }

  /** Takes objects of one kind in one vhost. */
  #match(objects: readonly (Exchange | Queue)[]): void {
    let open = objects.map((object) => ({ object, found: [] as Policy[], isSure: false }));
    for (const equals of this.#ranked.get(objects[0]?.vhost ?? '') ?? []) {
      for (const policy of equals) {
        const matches = this.#matchAll(policy, open);
        for (const [n, one] of open.entries()) {
          if (matches[n] !== 'no') one.found.push(policy);
          if (matches[n] === 'yes') one.isSure = true;
        }
      }
      for (const { object, found, isSure } of open) {
        if (isSure) this.#matched.set(addressOf(object), found);
      }
      open = open.filter(({ isSure }) => !isSure);
    }
    for (const { object, found } of open) {
      this.#matched.set(addressOf(object), [...found, undefined]);
    }
  }

  #matchAll(policy: Policy, open: readonly { object: Exchange | Queue }[]): Match[] {
    const meant = open.map(({ object }) => isMeantFor(policy, object, this.#live.broker?.version));
    const names = open.flatMap(({ object }, n) => (meant[n] === 'no' ? [] : object.name));
    const start = processorTime();
    const matches = matchPattern(policy.pattern, names, Math.min(patience.one, this.#patience));
    this.#patience -= processorTime() - start;
    let next = 0;
    return meant.map((match) => {
      const matched = match === 'no' ? 'no' : (matches[next++] ?? 'perhaps');
      return matched === 'yes' ? match : matched;
    });
  }
}

/**
 * Groups policies by vhost and priority, highest first. Among policies of equal priority, any may
 * apply: the broker keeps no order among them.
 */
function rank(policies: readonly Policy[]): Map<string, Policy[][]> {
  const vhosts = new Map<string, Policy[][]>();
  for (const policy of [...policies].sort((a, b) => b.priority - a.priority)) {
    const groups = vhosts.get(policy.vhost) ?? [];
    vhosts.set(policy.vhost, groups);
    const last = groups.at(-1);
    if (last?.[0]?.priority === policy.priority) last.push(policy);
    else groups.push([policy]);
  }
  return vhosts;
}

/** Policies apply by kind, name and, for queues, type. */
function isSameSort(
  found: LiveObject,
  object: Exchange | Queue,
): found is LiveExchange | LiveQueue {
  return found.kind === object.kind && (!isQueue(found) || found.type === object.type);
}
