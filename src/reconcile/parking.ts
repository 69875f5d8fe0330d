// The queue that keeps what another holds while that is replaced.
import { hash } from '../topology/address.ts';
import { isQueue, type Queue } from '../topology/object.ts';
import { markedAs, nameBeside, parkingName } from '../topology/own.ts';
import type { Value } from '../topology/value.ts';
import { isWithin } from '../topology/versions.ts';
import type { ParkingQueue } from './plan.generated.ts';
import type { ReplaceStep } from './step.ts';

interface Made {
  /** Eight random hexadecimal digits of the run. */
  readonly digits: string;
  readonly version: string;
  readonly time: Date;
}

/** Undefined unless the step carries a queue over. Each queue of a run has digits of its own. */
export function parkingOf(
  { address, after, carry }: ReplaceStep,
  { digits, ...made }: Made,
): Queue | undefined {
  if (carry === undefined || !isQueue(after)) return undefined;
  return toParking(after, carry.parking, { ...made, digits: hash(`${digits} ${address}`, 8) });
}

/** Messages wait in it however often topo is cut off and gives them back. */
export function toParking(
  { vhost, name }: Pick<Queue, 'vhost' | 'name'>,
  { named, type, arguments: args }: ParkingQueue,
  { digits, version, time }: Made,
): Queue {
  const isLimited = type === 'quorum' && isWithin(version, { since: '4.0' });
  return {
    kind: 'queue',
    vhost,
    name: named === 'beside' ? nameBeside(name, 'parking', digits) : parkingName(digits),
    type,
    durable: true,
    auto_delete: false,
    arguments: new Map<string, Value>([
      ...Object.entries(args),
      ...(isLimited ? ([['x-delivery-limit', -1n]] as const) : []),
      ...markedAs('parking', time),
    ]),
  };
}
