// What the settings of a new queue do to the messages that are carried over into it, and what is
// carried over unexpectedly.
import { renderJson } from '../topology/json.ts';
import type { Queue } from '../topology/object.ts';
import { matchPattern } from '../topology/pattern.ts';
import { notesBetween, type QueueNote } from '../topology/queue-notes.ts';
import { quote } from '../topology/quote.ts';
import type { Table } from '../topology/value.ts';
import type { Warning } from './plan.generated.ts';
import { afterOf, type Step } from './step.ts';

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

/** Policies change after queues are replaced: one that takes an argument's place comes late. */
export function notesOnLatePolicies(
  { vhost, name }: Queue,
  notes: readonly QueueNote[],
  steps: readonly Step[],
): QueueNote[] {
  if (!notes.some(({ what }) => /^dead-letter-exchange .* → none/.test(what))) return [];
  return steps.flatMap((step) => {
    const policy = afterOf(step);
    if (policy?.kind !== 'policy' || policy.vhost !== vhost) return [];
    const isForIt = matchPattern(policy.pattern, [name], patience)[0] !== 'no';
    if (!isForIt || !policy.definition.has('dead-letter-exchange')) return [];
    const then = `it comes only after that: to drop no dead letter, apply it first, with --target ${step.address}`;
    return [{ what: `policy ${quote(policy.name)}`, then }];
  });
}

/** Milliseconds for a pattern. */
const patience = 200;

/** Topo itself is no consumer of such a queue: it takes messages from it one by one. */
export function notesOnAutoDelete(...queues: readonly Queue[]): QueueNote[] {
  if (queues.every((queue) => !queue.auto_delete)) return [];
  const then = 'if its last consumer leaves meanwhile, it goes with what it still holds, as always';
  return [{ what: 'auto_delete', then }];
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

/** A queue that the saved plan saw idle is carried over now: that loses nothing. */
export function warnOfUseSince(saved: readonly Step[], now: readonly Step[]): Warning[] {
  const idle = new Set(
    saved.flatMap((step) =>
      step.kind === 'replace' && step.carry === undefined ? step.address : [],
    ),
  );
  return now.flatMap((step) =>
    step.kind !== 'replace' || step.carry === undefined || !idle.has(step.address)
      ? []
      : {
          code: 'in-use-since',
          message: `${step.address} is in use since the plan was made: what it holds is carried over`,
        },
  );
}
