// Recognizes the objects that topo creates for itself: by a reserved name, and by an argument as a
// mark. RabbitMQ stores arguments it doesn't know, and never compares them.
import type { Exchange, Queue } from './object.ts';
import type { Table, Value } from './value.ts';

/** What is made beside an object starts with its name: permissions match names. */
const beside = /\.topo-(rehearsal|move|parking)-[0-9a-f]{8}$/;
const names = new RegExp(`^topo\\.(lock$|record\\.|parking\\.[0-9a-f]{8}$)|${beside.source}`);

/** States the purpose: topo never deletes an object without it as its own. */
const mark = 'x-topo';
/** When it was made, in seconds since 1970. */
const since = 'x-topo-since';

/** Such objects are left out of every diff and export, and can't be declared. */
export const isOwnName = (name: string): boolean => names.test(name);

/** Such a queue or exchange lives for a moment only. */
export const isRehearsal = (name: string): boolean => beside.exec(name)?.[1] === 'rehearsal';

/** Its queue stands for the right to change the vhost. */
export const lockName = 'topo.lock';

export const recordName = (rest: string): string => `topo.record.${rest}`;

/**
 * What topo makes beside an object: to try its declaration, to reach it alone, or to keep what a
 * queue holds while it is replaced.
 */
type Beside = 'rehearsal' | 'move' | 'parking';

const nameBytes = 255;

/** `digits`: eight random hexadecimal digits. Cuts a long name, but no character in two. */
export function nameBeside(name: string, what: Beside, digits: string): string {
  const suffix = `.topo-${what}-${digits}`;
  const whole = Buffer.from(name);
  const room = nameBytes - suffix.length;
  if (whole.length <= room) return name + suffix;
  return (
    whole
      .subarray(0, room)
      .toString()
      .replace(/\uFFFD+$/, '') + suffix
  );
}

/** A parking queue's name if a policy hits the one beside the queue. */
export const parkingName = (digits: string): string => `topo.parking.${digits}`;

/** The name that something was made beside, or its beginning; undefined for any other name. */
export const besideWhat = (name: string): string | undefined =>
  beside.test(name) ? name.replace(beside, '') : undefined;

export const markedAs = (kind: 'record' | 'lock' | Beside, made: Date): [string, Value][] => [
  [mark, kind],
  [since, BigInt(Math.floor(made.getTime() / 1_000))],
];

export const hasRecordMark = ({ arguments: args }: { arguments: Table }): boolean =>
  args.get(mark) === 'record';

/** When a lock was made; undefined for any other queue. */
export function lockedSince({ name, arguments: args }: Queue): Date | undefined {
  const made = Number(args.get(since));
  const isLock = name === lockName && args.get(mark) === 'lock' && Number.isFinite(made);
  return isLock ? new Date(made * 1_000) : undefined;
}

/** The first part of the record that a later part belongs to; otherwise undefined. */
export function firstPartOf({ name, arguments: args }: Exchange | Queue): string | undefined {
  const [, id, nth] = /^topo\.record\.(.*)\.(\d+)$/.exec(name) ?? [];
  if (id === undefined || nth === '1' || !hasRecordMark({ arguments: args })) return undefined;
  return recordName(`${id}.1`);
}

/**
 * Milliseconds: longer than any rehearsal or writing of a record takes, even if the clocks of two
 * machines differ.
 */
const longest = 24 * 3_600_000;

/** Whether it bears topo's mark and is older than any run that could still need it. */
export function isOld({ name, arguments: args }: Exchange | Queue, now: Date): boolean {
  const made = Number(args.get(since));
  const isPast = Number.isFinite(made) && now.getTime() - made * 1_000 > longest;
  return isOwnName(name) && args.has(mark) && isPast;
}

export const isThrowAway = ({ arguments: args }: { arguments: Table }): boolean =>
  args.get(mark) === 'rehearsal' || args.get(mark) === 'move';

/** A queue that keeps, or kept, what another holds while that is replaced. */
export const isParking = ({ name, arguments: args }: Exchange | Queue): boolean =>
  isOwnName(name) && args.get(mark) === 'parking';
