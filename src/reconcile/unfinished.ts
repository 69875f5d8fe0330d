// Finds interrupted applies, and what they left behind: a plan starts from a broker that has
// everything back.
import { endsOf, type Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import {
  type Exchange,
  isBinding,
  isExchange,
  isQueue,
  type Queue,
  type TopologyObject,
} from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import type { Reader } from './broker.ts';
import { findForgotten, type Forgotten } from './forgotten.ts';
import { findLitter } from './litter.ts';
import { isOpen, isSettled, owedBy, type Owed } from './owed.ts';
import type { PlanDocument, Refusal } from './plan.generated.ts';
import { authorOfApply, nameOfApply, timeOfApply, type Kept, type Unreadable } from './record.ts';

/**
 * Records kept outside the broker, and what the user gives up: ids of records, or addresses of
 * bindings.
 */
export interface Earlier {
  readonly kept: readonly Kept[];
  readonly unreadable: readonly Unreadable[];
  readonly givenUp: ReadonlySet<string>;
}

export const noneEarlier: Earlier = { kept: [], unreadable: [], givenUp: new Set() };

export interface Unfinished {
  /** Objects of topo's own that killed runs left behind. */
  readonly litter: readonly (Exchange | Queue)[];
  readonly forgotten: readonly Forgotten[];
  readonly owed: readonly Owed[];
  readonly unreadable: readonly Unreadable[];
  /** What the user gives up, and no apply misses. */
  readonly notMissed: readonly string[];
}

/** Looks only at the broker and the vhosts that were read. */
export function findUnfinished(reader: Reader, live: Live, earlier: Earlier): Unfinished {
  const found = reader.findRecords(live);
  const kept = [...found.kept, ...earlier.kept].filter(
    ({ record: { cluster_name, vhost } }) =>
      cluster_name === live.broker.cluster_name && live.vhosts.has(vhost),
  );
  const unreadable = [...found.unreadable, ...earlier.unreadable].filter(
    ({ vhost }) => vhost === undefined || live.vhosts.has(vhost),
  );
  const owed = kept.map((one) => owedBy(one, live));
  const missed = new Set(
    owed.flatMap(({ kept: { record }, lost }) => [record.id, ...lost.map(addressOf)]),
  );
  return {
    // What can't be read may name any of them.
    ...(unreadable.length > 0
      ? { litter: [], forgotten: [] }
      : {
          litter: findLitter(live, parkedBy(kept)),
          forgotten: findForgotten(live, parkedBy(kept)),
        }),
    owed: owed.map((one) => giveUp(one, earlier.givenUp)),
    unreadable,
    notMissed: [...earlier.givenUp].filter((one) => !missed.has(one)),
  };
}

const parkedBy = (kept: readonly Kept[]): ReadonlySet<Address> =>
  new Set(
    kept.flatMap(({ record: { replaced } }) =>
      replaced.flatMap(({ parking }) => (parking === undefined ? [] : addressOf(parking))),
    ),
  );

function giveUp(owed: Owed, givenUp: ReadonlySet<string>): Owed {
  if (givenUp.has(owed.kept.record.id)) return { ...owed, lost: [] };
  return { ...owed, lost: owed.lost.filter((binding) => !givenUp.has(addressOf(binding))) };
}

/** The broker once everything is back: plans start from there. */
export function withOwed(live: Live, { owed }: Unfinished): Live {
  const objects = new Map<Address, LiveObject>(live.objects);
  for (const { replaced, carried, bindings } of owed) {
    for (const { parking } of carried) takeAway(parking, objects);
    for (const { after } of [...replaced, ...carried]) objects.set(addressOf(after), toLive(after));
    for (const binding of [...carried.flatMap((one) => one.bindings), ...bindings])
      objects.set(addressOf(binding), toLive(binding));
  }
  return { ...live, objects };
}

/** With its bindings, which are back by then. */
function takeAway(parking: Queue, objects: Map<Address, LiveObject>): void {
  objects.delete(addressOf(parking));
  for (const [address, object] of objects) {
    if (isBinding(object) && endsOf(object).destination === addressOf(parking))
      objects.delete(address);
  }
}

function toLive(object: TopologyObject): LiveObject {
  if (isBinding(object)) return { ...object, properties_key: '' };
  if (isExchange(object)) return { ...object, system: false };
  if (!isQueue(object)) return object;
  const held = { ready: 0, unacked: 0, consumers: 0, state: 'running' };
  return { ...object, type: object.type ?? 'classic', system: false, ...held };
}

export function describeUnfinished({ owed }: Unfinished): PlanDocument['unfinished'] {
  return owed.map(({ kept: { record, where }, progress, replaced, carried, bindings, lost }) => ({
    id: record.id,
    started: record.started,
    ...(record.user !== undefined && { user: record.user }),
    ...(record.host !== undefined && { host: record.host }),
    ...(record.files && { files: [...record.files] }),
    kept: where,
    replaced: progress,
    put_back: [...replaced.map(({ after }) => addressOf(after)), ...bindings.map(addressOf)],
    ...(carried.length > 0 && {
      carried_over: carried.map(({ after, parking, messages }) => ({
        address: addressOf(after),
        parking: addressOf(parking),
        messages,
      })),
    }),
    lost: lost.map(addressOf),
  }));
}

const codes = { unfinished: 'unfinished', unreadable: 'unreadable-record' } as const;

/** Whether it is about an earlier apply: then no part of a plan is applied. */
export const isOfUnfinished = ({ code }: Refusal): boolean =>
  Object.values(codes).some((one) => one === code);

/** Only the user gives up what can't come back; topo never deletes what it can't read. */
export function guardUnfinished({ owed, unreadable }: Unfinished): Refusal[] {
  return [
    ...owed.flatMap(({ kept, lost }) => (lost.length === 0 ? [] : [refuseLost(kept, lost)])),
    ...unreadable.map(({ where, why }) => ({
      code: codes.unreadable,
      reason: unreadableRecord(where, why),
      hint: 'apply with the topo that wrote it, or delete it if nothing must come back',
    })),
  ];
}

function refuseLost({ record }: Kept, lost: Owed['lost']): Refusal {
  return {
    code: codes.unfinished,
    reason: `${nameOfApply(record)} has not ended, and ${plural(lost.length, 'binding')} that it took can't come back, as an end is gone: ${firstOf(lost)}`,
    hint: `declare that end again, or topo apply --give-up ${record.id}`,
  };
}

/** A plan goes on as if they were not given up. */
export const warnOfNotMissed = ({ notMissed }: Unfinished): Problem[] =>
  notMissed.map((one) => ({
    code: 'unused-consent',
    message: `--give-up ${one}: no apply that was cut off has this id, or misses this binding`,
    hint: 'take the id from the plan',
  }));

/** An export can't include what an unfinished apply took away. */
export function warnOfUnfinished({ owed, unreadable }: Unfinished, { objects }: Live): Problem[] {
  return [
    ...owed.map(({ kept: { record }, replaced, carried, bindings, lost }) => {
      const ends = [...replaced, ...carried].map(({ after }) => after);
      const all = [...ends, ...carried.flatMap((one) => one.bindings), ...bindings, ...lost];
      // A queue that is carried over is there most of the time.
      const away = all.filter((one) => !objects.has(addressOf(one)));
      const [are, them] = away.length === 1 ? ['is', 'it'] : ['are', 'them'];
      const what = `${plural(away.length, 'object')} that it took away ${are} not in the export: ${firstOf(away)}`;
      return {
        code: codes.unfinished,
        message: `${nameOfApply(record)}, begun ${timeOfApply(record)}${authorOfApply(record)}, has not ended: ${away.length === 0 ? 'what is exported may still change' : what}`,
        hint: `topo apply ${away.length === 0 ? 'goes on with it' : `puts ${them} back first`}: export again after it`,
      };
    }),
    ...unreadable.map(({ where, why }) => ({
      code: codes.unreadable,
      message: unreadableRecord(where, why),
      hint: 'export with the topo that wrote it',
    })),
  ];
}

const unreadableRecord = (where: string, why: string): string =>
  `${where} says what an apply took away, and can't be read: ${why}`;

const firstOf = (objects: readonly TopologyObject[]): string =>
  objects.slice(0, 5).map(addressOf).join(', ') + (objects.length > 5 ? ' …' : '');

export const isAnythingOpen = ({ owed }: Unfinished): boolean => owed.some(isOpen);

export const settledOf = ({ owed }: Unfinished): Kept[] =>
  owed.filter(isSettled).map(({ kept }) => kept);

/** Whether there is what no run needs. */
export const isAnythingLeft = (unfinished: Unfinished): boolean =>
  settledOf(unfinished).length + unfinished.litter.length > 0;
