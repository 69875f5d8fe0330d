// What topo makes for itself on a broker: a name of a pattern of its own, and an argument as the mark. RabbitMQ stores arguments that
// it does not know, and compares none of them.
import type { Exchange, Queue } from './object.ts';
import type { Table, Value } from './value.ts';

/** Rehearsals are named like the object that they are for: permissions go by name. */
const names = /^topo\.(lock$|record\.)|\.topo-rehearsal-[0-9a-f]{8}$/;

/** The argument that says what it is for: nothing without it is ever deleted as topo's. */
const mark = 'x-topo';
/** When it was made, in seconds since 1970. */
const since = 'x-topo-since';

/** Left out of every diff and export, and not to be declared. */
export const isOwnName = (name: string): boolean => names.test(name);

export const recordName = (rest: string): string => `topo.record.${rest}`;

export const rehearsalSuffix = (digits: string): string => `.topo-rehearsal-${digits}`;

export const markedAs = (kind: 'record' | 'rehearsal', made: Date): [string, Value][] => [
  [mark, kind],
  [since, BigInt(Math.floor(made.getTime() / 1_000))],
];

export const isRecord = ({ arguments: args }: { arguments: Table }): boolean =>
  args.get(mark) === 'record';

/** What a further part of a record belongs to; undefined for all else. */
export function firstPartOf({ name, arguments: args }: Exchange | Queue): string | undefined {
  const [, id, nth] = /^topo\.record\.(.*)\.(\d+)$/.exec(name) ?? [];
  if (id === undefined || nth === '1' || !isRecord({ arguments: args })) return undefined;
  return recordName(`${id}.1`);
}

/** Milliseconds that no rehearsal lasts, and no writing of a record, whatever the clocks of two machines say. */
const longest = 24 * 3_600_000;

/** Marked as topo's own, and made so long ago that what it was made for is over. */
export function isOld({ name, arguments: args }: Exchange | Queue, now: Date): boolean {
  const made = Number(args.get(since));
  const isPast = Number.isFinite(made) && now.getTime() - made * 1_000 > longest;
  return isOwnName(name) && args.has(mark) && isPast;
}

export const isRehearsal = ({ arguments: args }: { arguments: Table }): boolean =>
  args.get(mark) === 'rehearsal';
