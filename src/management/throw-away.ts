// An object like another, which nobody knows of and nobody misses.
import { randomBytes } from 'node:crypto';
import { type Exchange, type Queue, isQueue } from '../topology/object.ts';
import { markedAs, rehearsalSuffix } from '../topology/own.ts';

const nameBytes = 255;
/** Milliseconds until a queue goes that could not be deleted: the broker was lost in between. */
const expiry = 60_000n;
const expiring: readonly (string | null)[] = ['classic', 'quorum'];

export function throwAwayLike<T extends Exchange | Queue>(object: T): T {
  const suffix = rehearsalSuffix(randomBytes(4).toString('hex'));
  const name = cut(object.name, nameBytes - suffix.length) + suffix;
  const expires =
    isQueue(object) && expiring.includes(object.type) && !object.arguments.has('x-expires');
  const own = markedAs('rehearsal', new Date());
  if (expires) own.push(['x-expires', expiry]);
  return { ...object, name, arguments: new Map([...object.arguments, ...own]) };
}

/** No character is cut in two. */
function cut(name: string, bytes: number): string {
  const whole = Buffer.from(name);
  return whole.length <= bytes
    ? name
    : whole
        .subarray(0, bytes)
        .toString()
        .replace(/\uFFFD+$/, '');
}
