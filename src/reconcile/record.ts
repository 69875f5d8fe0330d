// Records what an apply takes away for a moment, before it begins: the only copy of undeclared
// bindings, and the way back for the next run.
import { addressOfNamed, endsOf, type Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import {
  type Binding,
  type Exchange,
  isBinding,
  isBindingEnd,
  isQueue,
  type Queue,
} from '../topology/object.ts';
import { isRenamed, isUnboundFirst, unboundWith } from './emptied.ts';
import { isOwnName } from '../topology/own.ts';
import { parkingOf } from './parking.ts';
import { restoredByEnd } from './planned-bindings.ts';
import { objectOf, type Plan, type ReplaceStep } from './step.ts';

/** Who runs the apply. */
export interface Author {
  /** The user of the broker. */
  readonly user: string;
  readonly host: string;
}

export interface Replaced {
  readonly before: Exchange | Queue;
  readonly after: Exchange | Queue;
  /** Where messages wait meanwhile, if a queue is carried over. */
  readonly parking?: Queue;
}

/** The record of one vhost. */
export interface Record extends Partial<Author> {
  readonly id: string;
  readonly cluster_name: string;
  readonly vhost: string;
  /** In UTC, in ISO 8601. */
  readonly started: string;
  readonly files?: readonly string[];
  readonly replaced: readonly Replaced[];
  /** Exchanges with a ring whose bindings are replaced. */
  readonly rings: readonly string[];
  /** Queues that are unbound before they are deleted. */
  readonly unbound?: readonly string[];
  /** Each begins or ends at one of the above. */
  readonly bindings: readonly Binding[];
}

/** A record and its place: `broker`, or a file. */
export interface Kept {
  readonly record: Record;
  readonly where: string;
}

/** Topo never deletes a record that it can't read. */
export interface Unreadable {
  readonly where: string;
  readonly why: string;
  readonly vhost: string | undefined;
}

type Named = Pick<Record, 'id' | 'started' | 'files' | 'user' | 'host'>;

/** Such as `apply 8f1c2a9-04d1b7e2 of orders.yaml`. */
export const nameOfApply = ({ id, files = [] }: Named): string =>
  `apply ${id}${files.length === 0 ? '' : ` of ${files.join(', ')}`}`;

/** In UTC, to the second. */
export const timeOfApply = ({ started }: Named): string =>
  started.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');

/** Such as ` by deploy on build-7`; empty if the record doesn't say. */
export function authorOfApply({ user, host }: Named): string {
  return `${user === undefined ? '' : ` by ${user}`}${host === undefined ? '' : ` on ${host}`}`;
}

/**
 * One for each vhost that the plan takes something from; `digits`: eight random hexadecimal digits.
 */
export function recordsOf(
  plan: Plan,
  { digits, ...begun }: Author & { readonly digits: string; readonly started: string },
): Record[] {
  const { files, broker } = plan;
  const { cluster_name, version } = broker;
  const made = { digits, version, time: new Date(begun.started) };
  const taken = takenByVhost(plan);
  const back = backByVhost(plan);
  const unbound = unboundByVhost(plan);
  return [...new Set([...taken.keys(), ...unbound.keys()])].map((vhost) => {
    const steps = taken.get(vhost) ?? [];
    const off = unbound.get(vhost) ?? [];
    const bindings = back.get(vhost) ?? [];
    return {
      id: `${plan.id}-${digits}`,
      cluster_name,
      vhost,
      ...begun,
      files,
      replaced: steps.flatMap((step) => toReplaced(step, made)),
      rings: [...new Set(bindings.filter((one) => isOnRing(one, steps)).map((one) => one.source))],
      ...(off.length > 0 && { unbound: off.map(({ queue }) => queue) }),
      bindings: [...bindings, ...off.flatMap((one) => one.bindings)],
    };
  });
}

interface Off {
  readonly queue: string;
  readonly bindings: readonly Binding[];
}

/** The queues that may be bound again, if they stay. */
function unboundByVhost({ steps }: Plan): Map<string, Off[]> {
  const byVhost = new Map<string, Off[]>();
  const unbound = unboundWith(steps);
  for (const step of steps) {
    const bindings = unbound.get(step.address)?.bindings ?? [];
    if (!isUnboundFirst(step) || isRenamed(step) || bindings.length === 0) continue;
    const { vhost, name } = step.before;
    const off = { queue: name, bindings };
    byVhost.set(vhost, [...(byVhost.get(vhost) ?? []), off]);
  }
  return byVhost;
}

/** The steps that take away, for a moment, something that was there before. */
function takenByVhost({ steps }: Plan): Map<string, ReplaceStep[]> {
  const taken = new Map<string, ReplaceStep[]>();
  for (const step of steps) {
    if (step.kind !== 'replace') continue;
    const { vhost } = step.after;
    taken.set(vhost, [...(taken.get(vhost) ?? []), step]);
  }
  return taken;
}

/** The bindings that come back. */
function backByVhost({ steps }: Plan): Map<string, Binding[]> {
  const back = new Set([...restoredByEnd(steps).values()].flat());
  const byVhost = new Map<string, Binding[]>();
  for (const binding of steps.map(objectOf).filter((object) => isBinding(object))) {
    if (!back.has(binding)) continue;
    const known = byVhost.get(binding.vhost);
    if (known) known.push(binding);
    else byVhost.set(binding.vhost, [binding]);
  }
  return byVhost;
}

function toReplaced(step: ReplaceStep, made: Parameters<typeof parkingOf>[1]): Replaced[] {
  const { before, after } = step;
  if (!isBindingEnd(before) || !isBindingEnd(after)) return [];
  const parking = parkingOf(step, made);
  return [{ before: { ...before, odd: undefined }, after, ...(parking && { parking }) }];
}

function isOnRing(binding: Binding, taken: readonly ReplaceStep[]): boolean {
  const addresses = new Set(taken.map(({ address }) => address));
  return !Object.values(endsOf(binding)).some((end) => addresses.has(end));
}

/** The parking queues that records name, by the queues that are carried over. */
export function parkingIn(kept: readonly Kept[]): ReadonlyMap<Address, Queue> {
  const all = kept.flatMap(({ record }) => record.replaced);
  return new Map(
    all.flatMap(({ after, parking }) => (parking ? [[addressOf(after), parking] as const] : [])),
  );
}

/**
 * Whether each binding begins or ends at something that the apply took: topo puts back nothing
 * else.
 */
export function isConsistent({ replaced, rings, unbound = [], bindings, vhost }: Record): boolean {
  const taken = new Set([
    ...replaced.map(({ after }) => addressOf(after)),
    ...unbound.map((name) => addressOfNamed('queue', vhost, name)),
  ]);
  const named = replaced.every(
    ({ before, after, parking }) =>
      addressOf(before) === addressOf(after) &&
      after.vhost === vhost &&
      (parking === undefined || (isQueue(after) && isOwnName(parking.name))),
  );
  const fits = bindings.every(
    (binding) =>
      binding.vhost === vhost &&
      (rings.includes(binding.source) ||
        Object.values(endsOf(binding)).some((end) => taken.has(end))),
  );
  return named && fits;
}
