// Applies that were cut off: what they took away comes back before anything else, whatever the guards say about the rest.
import { addressOf, type Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import type { Exchange, Queue, TopologyObject } from '../topology/object.ts';
import { isLitter } from '../topology/own.ts';
import type { Reader, Writer } from './broker.ts';
import type { Problem } from '../topology/problem.ts';
import { forEachParallel } from './parallel.ts';
import type { PlanDocument, Refusal } from './plan.generated.ts';
import { isOpen, isSettled, owedBy, type Kept, type Owed, type Unreadable } from './record.ts';

/** What is written down outside the broker, and what the person gives up: ids of records, or addresses of bindings. */
export interface Earlier {
  readonly kept: readonly Kept[];
  readonly unreadable: readonly Unreadable[];
  readonly givenUp: ReadonlySet<string>;
}

export const noneEarlier: Earlier = { kept: [], unreadable: [], givenUp: new Set() };

export interface Unfinished {
  /** What rehearsals that were killed have left behind. */
  readonly litter: readonly (Exchange | Queue)[];
  readonly owed: readonly Owed[];
  readonly unreadable: readonly Unreadable[];
}

/** Of the broker that was read, and of the vhosts that were looked at. */
export function findUnfinished(reader: Reader, live: Live, earlier: Earlier): Unfinished {
  const found = reader.findRecords(live);
  const kept = [...found.kept, ...earlier.kept].filter(
    ({ record: { cluster_name, vhost } }) =>
      cluster_name === live.broker.cluster_name && live.vhosts.has(vhost),
  );
  const unreadable = [...found.unreadable, ...earlier.unreadable].filter(
    ({ vhost }) => vhost === undefined || live.vhosts.has(vhost),
  );
  return {
    litter: findLitter(live),
    owed: kept.map((one) => giveUp(owedBy(one, live), earlier.givenUp)),
    unreadable,
  };
}

function giveUp(owed: Owed, givenUp: ReadonlySet<string>): Owed {
  if (givenUp.has(owed.kept.record.id)) return { ...owed, lost: [] };
  return { ...owed, lost: owed.lost.filter((binding) => !givenUp.has(addressOf(binding))) };
}

/** The broker as it will be once all is put back: what is planned upon. */
export function withOwed(live: Live, { owed }: Unfinished): Live {
  const objects = new Map<Address, LiveObject>(live.objects);
  for (const { replaced, bindings } of owed) {
    for (const { after } of replaced) objects.set(addressOf(after), toLive(after));
    for (const binding of bindings) objects.set(addressOf(binding), toLive(binding));
  }
  return { ...live, objects };
}

function toLive(object: TopologyObject): LiveObject {
  if (object.kind === 'binding') return { ...object, properties_key: '' };
  if (object.kind === 'exchange') return { ...object, system: false };
  const held = { ready: 0, unacked: 0, consumers: 0, state: 'running' };
  return { ...object, type: object.type ?? 'classic', system: false, ...held };
}

export function describeUnfinished({ owed }: Unfinished): PlanDocument['unfinished'] {
  return owed
    .filter((one) => !isSettled(one))
    .map(({ kept: { record, where }, replaced, bindings, lost }) => ({
      id: record.id,
      started: record.started,
      kept: where,
      put_back: [...replaced.map(({ after }) => addressOf(after)), ...bindings.map(addressOf)],
      lost: lost.map(addressOf),
    }));
}

/** What can't come back is given up by a person, never in silence; what can't be read is never deleted. */
export function guardUnfinished({ owed, unreadable }: Unfinished): Refusal[] {
  return [
    ...owed.flatMap(({ kept, lost }) => (lost.length === 0 ? [] : [refuseLost(kept, lost)])),
    ...unreadable.map(({ where, why }) => ({
      code: 'unreadable-record',
      reason: `${where} says what an apply took away, and can't be read: ${why}`,
      hint: 'apply with the topo that wrote it; or delete it, if nothing has to come back',
    })),
  ];
}

function refuseLost({ record: { id } }: Kept, lost: Owed['lost']): Refusal {
  const named = lost.slice(0, 5).map(addressOf).join(', ');
  const more = lost.length > 5 ? ' …' : '';
  return {
    code: 'unfinished',
    reason: `apply ${id} was cut off, and ${plural(lost.length, 'binding')} that it took can't come back, as an end is gone: ${named}${more}`,
    hint: `declare that end again, or topo apply --give-up ${id}`,
  };
}

export interface NotBack {
  readonly address: Address;
  readonly reason: string;
}

/** Puts back what can be; gives what could not, and why. */
export async function putBack(
  { owed }: Unfinished,
  writer: Writer,
  parallel: number,
): Promise<NotBack[]> {
  const failed: NotBack[] = [];
  const attempt = async (object: TopologyObject, write: Promise<void>): Promise<void> => {
    await write.catch((error: unknown) => {
      failed.push({ address: addressOf(object), reason: (error as Error).message });
    });
  };
  const replaced = owed.flatMap((one) => one.replaced);
  await forEachParallel(replaced, parallel, ({ before, after }) =>
    attempt(after, writer.restore(before, after)),
  );
  const bindings = owed.flatMap((one) => one.bindings);
  await forEachParallel(bindings, parallel, (binding) => attempt(binding, writer.bind(binding)));
  return failed;
}

export const isAnythingOpen = ({ owed }: Unfinished): boolean => owed.some(isOpen);

export const settledOf = ({ owed }: Unfinished): Kept[] =>
  owed.filter(isSettled).map(({ kept }) => kept);

export function findLitter(live: Live): (Exchange | Queue)[] {
  const now = new Date();
  return [...live.objects.values()].flatMap((object) =>
    object.kind !== 'binding' && isLitter(object, now) ? [object] : [],
  );
}

/** Named by every plan and export, and deleted by the next apply. */
export function warnOfLitter(litter: Unfinished['litter']): Problem[] {
  if (litter.length === 0) return [];
  const named = litter.slice(0, 3).map(addressOf).join(', ');
  const [was, it] = litter.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return [
    {
      code: 'litter',
      message: `${plural(litter.length, 'object')} of a rehearsal that was cut off ${was} left: ${named}${litter.length > 3 ? ' …' : ''}`,
      hint: `topo apply deletes ${it}`,
    },
  ];
}
