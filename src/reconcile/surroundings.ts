// Collects what ordering must know about the other changes around a step.
import { endsOf, type Address } from '../topology/address.ts';
import { isBinding, isBindingEnd, isExchange } from '../topology/object.ts';
import { addressOfWay, type Ways } from '../topology/onward.ts';
import { byAddress, subjectOf, type Change } from './change.ts';
import { needsMetBy, renderNeed } from './step.ts';

/**
 * Deleting a queue with more bindings at once stalls publishers for seconds (rabbitmq-server
 * #12926).
 */
const many = 500;

export interface Surroundings {
  readonly planned: ReadonlyMap<Address, Change>;
  /** The sources of a going exchange's or queue's bindings. */
  readonly sources: ReadonlyMap<Address, ReadonlySet<Address>>;
  /** The destinations of a going exchange's bindings. */
  readonly destinations: ReadonlyMap<Address, ReadonlySet<Address>>;
  /** The replaced exchanges that a replaced exchange is bound to. */
  readonly behind: ReadonlyMap<Address, ReadonlySet<Address>>;
  /** The deleted exchanges and queues that lead messages to a deleted one. */
  readonly upstream: ReadonlyMap<Address, ReadonlySet<Address>>;
  /** For a deleted exchange or queue that others lead messages to, the changes of policies. */
  readonly policies: ReadonlyMap<Address, readonly Address[]>;
  /** The deleted queues and exchanges with too many bindings into them. */
  readonly heavilyBound: ReadonlySet<Address>;
  /** The needs that new bindings meet, rendered. */
  readonly renewed: ReadonlySet<string>;
}

/** `ways`: those that exist before the first change. */
export function surroundingsOf(changes: readonly Change[], ways: Ways): Surroundings {
  const planned = byAddress(changes);
  const sources = new Map<Address, Set<Address>>();
  const destinations = new Map<Address, Set<Address>>();
  const behind = new Map<Address, Set<Address>>();
  const upstream = new Map<Address, Set<Address>>();
  const bound = new Map<Address, number>();
  const renewed = new Set<string>();
  for (const change of changes) {
    const object = subjectOf(change);
    if (isBinding(object) && change.kind === 'create') {
      for (const need of needsMetBy(object)) renewed.add(renderNeed(need));
    } else if (isBinding(object)) {
      const { source, destination } = endsOf(object);
      add(sources, destination, source);
      add(destinations, source, destination);
      if (isReplacedExchange(planned.get(destination)) && source !== destination) {
        add(behind, source, destination);
      }
      bound.set(destination, (bound.get(destination) ?? 0) + 1);
    }
    for (const { from, to } of leadsOf(change, ways)) {
      if (from !== to && goes(planned.get(from)) && goes(planned.get(to))) add(upstream, to, from);
    }
  }
  const heavilyBound = [...bound].filter(([end, n]) => n > many && goes(planned.get(end)));
  return {
    planned,
    sources,
    destinations,
    behind,
    upstream,
    policies: policiesAround(changes, ways),
    renewed,
    heavilyBound: new Set(heavilyBound.map(([end]) => end)),
  };
}

/** Any of its vhost's policies may be the one that takes a way, or another's place. */
function policiesAround(changes: readonly Change[], ways: Ways): Map<Address, readonly Address[]> {
  const policies = new Map<string | null, Address[]>();
  for (const change of changes) {
    const { kind, vhost } = subjectOf(change);
    if (kind !== 'policy' || !isOwn(change)) continue;
    const own = policies.get(vhost);
    if (own) own.push(change.address);
    else policies.set(vhost, [change.address]);
  }
  if (policies.size === 0) return new Map();
  const going = changes.filter(goes).map(subjectAt);
  const behind = going.filter((one) => isBindingEnd(one) && policies.has(one.vhost));
  const ends = ways.endsIn(new Set(behind.map(({ vhost }) => vhost)));
  return new Map(
    behind
      .filter(({ address }) => ends.has(address))
      .map(({ address, vhost }) => [address, policies.get(vhost) ?? []]),
  );
}

const subjectAt = (change: Change) => ({ ...subjectOf(change), address: change.address });

interface Lead {
  readonly from: Address;
  readonly to: Address;
}

/** Where messages go: by a binding, unroutable from an exchange, or dead-lettered by a queue. */
function leadsOf(change: Change, ways: Ways): Lead[] {
  const object = subjectOf(change);
  if (isBinding(object)) {
    const { source, destination } = endsOf(object);
    return [{ from: source, to: destination }];
  }
  if (!goes(change) || !isBindingEnd(object)) return [];
  const ends = ways.from(object).map((way) => addressOfWay(way, object.vhost));
  return ends.flatMap((to) => (to === undefined ? [] : { from: change.address, to }));
}

function add(sets: Map<Address, Set<Address>>, key: Address, value: Address): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function isReplacedExchange(change: Change | undefined): boolean {
  return change?.kind === 'replace' && isExchange(change.after);
}

/** Whether it is deleted by its own request. */
function goes(change: Change | undefined): boolean {
  return change?.kind === 'delete' && isOwn(change);
}

const isOwn = ({ because }: Change): boolean => because === undefined;
