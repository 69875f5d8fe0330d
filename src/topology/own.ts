// Recognizes the objects that topo creates for itself: by a reserved name, and by an argument as a
// mark. RabbitMQ stores arguments it doesn't know, and never compares them.
import type { Exchange, Queue } from './object.ts';
import type { Table, Value } from './value.ts';

/** A rehearsal starts with the name of its original: permissions match names. */
const throwAway = /\.topo-(rehearsal|move)-[0-9a-f]{8}$/;
const names = new RegExp(`^topo\\.(lock$|record\\.)|${throwAway.source}`);

/** States the purpose: topo never deletes an object without it as its own. */
const mark = 'x-topo';
/** When it was made, in seconds since 1970. */
const since = 'x-topo-since';

/** Such objects are left out of every diff and export, and can't be declared. */
export const isOwnName = (name: string): boolean => names.test(name);

export const recordName = (rest: string): string => `topo.record.${rest}`;

/** What topo makes beside an object, to try its declaration or to reach it alone. */
type Beside = 'rehearsal' | 'move';

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

/** The name that something was made beside, or its beginning; undefined for any other name. */
export const besideWhat = (name: string): string | undefined =>
  throwAway.test(name) ? name.replace(throwAway, '') : undefined;

export const markedAs = (kind: 'record' | Beside, made: Date): [string, Value][] => [
  [mark, kind],
  [since, BigInt(Math.floor(made.getTime() / 1_000))],
];

export const hasRecordMark = ({ arguments: args }: { arguments: Table }): boolean =>
  args.get(mark) === 'record';

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
