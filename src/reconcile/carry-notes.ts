// What the settings of a new queue do to the messages that are carried over into it.
import { renderJson } from '../topology/json.ts';
import { notesBetween, type QueueNote } from '../topology/queue-notes.ts';
import type { Table } from '../topology/value.ts';

/** Takes effective settings; undefined if topo can't tell them. */
export function notesOnCarry(
  before: Table | undefined,
  after: Table | undefined,
  version: string,
): QueueNote[] {
  if (before === undefined || after === undefined) return [];
  const ownNotes = ownKeys.flatMap(([key, then]) => {
    const value = after.get(key);
    return value === undefined ? [] : [{ what: `${key} ${renderJson(value)}`, then }];
  });
  return [...ownNotes, ...notesBetween(before, after, version)];
}

const ownKeys: readonly (readonly [key: string, then: string])[] = [
  ['message-ttl', 'all of them expire so many milliseconds after they are back'],
  ['expires', 'the new queue goes with them if no consumer subscribes in so many milliseconds'],
  ['max-length', 'what comes meanwhile waits, too, and may exceed it until consumers are back'],
  [
    'max-length-bytes',
    'what comes meanwhile waits, too, and may exceed it until consumers are back',
  ],
];
