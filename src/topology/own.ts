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

/** Milliseconds that no rehearsal lasts, whatever the clocks of two machines say. */
const longest = 24 * 3_600_000;

/** Left behind by a rehearsal that was killed, and not one that is under way. */
export function isLitter({ name, arguments: args }: Exchange | Queue, now: Date): boolean {
  const made = Number(args.get(since));
  const isOld = Number.isFinite(made) && now.getTime() - made * 1_000 > longest;
  return isOwnName(name) && args.get(mark) === 'rehearsal' && isOld;
}
