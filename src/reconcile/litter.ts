// Finds topo's own objects that killed runs left on the broker and no run needs.
import { addressOfNamed, endsOf, type Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import {
  type Binding,
  type Exchange,
  isBinding,
  isBindingEnd,
  isQueue,
  type Queue,
} from '../topology/object.ts';
import { firstPartOf, isOld, isParking, isThrowAway } from '../topology/own.ts';
import type { Problem } from '../topology/problem.ts';

/**
 * Rehearsals, exchanges of moves, parts of records that never began or are done, and parking queues
 * that no record names, hold nothing and have no binding. `parked`: the addresses of those that
 * records name.
 */
export function findLitter(
  live: Live,
  parked: ReadonlySet<Address> = new Set(),
): (Exchange | Queue)[] {
  const now = new Date();
  return [...live.objects.values()].flatMap((object) => {
    if (!isBindingEnd(object) || !isOld(object, now)) return [];
    const isLitter =
      isThrowAway(object) ||
      isPartOfNone(object, live) ||
      (isParking(object) && !parked.has(addressOf(object)) && isUnused(object, live));
    return isLitter ? [object] : [];
  });
}

const isUnused = (object: LiveObject, { objects }: Live): boolean =>
  isQueue(object) &&
  object.ready === 0 &&
  object.unacked === 0 &&
  object.consumers === 0 &&
  ![...objects.values()].some((one) => isBinding(one) && leadsTo(one, object));

const leadsTo = (binding: Binding, queue: Queue): boolean =>
  endsOf(binding).destination === addressOf(queue);

function isPartOfNone(object: Exchange | Queue, { objects }: Live): boolean {
  const first = firstPartOf(object);
  return first !== undefined && !objects.has(addressOfNamed('queue', object.vhost, first));
}

/** Every plan and export names them; the next apply deletes them. */
export function warnOfLitter(litter: readonly (Exchange | Queue)[]): Problem[] {
  if (litter.length === 0) return [];
  const named = litter.slice(0, 3).map(addressOf).join(', ');
  const it = litter.length === 1 ? 'it' : 'them';
  return [
    {
      code: 'litter',
      message: `a run that was cut off left ${plural(litter.length, 'object')} of topo's own: ${named}${litter.length > 3 ? ' …' : ''}`,
      hint: `topo apply deletes ${it}`,
    },
  ];
}
