// The queue that is the lock of a vhost. Its `x-max-length` is a random number that RabbitMQ
// compares: only who knows it can declare the queue again, which keeps it from expiring. The marks
// that say who holds it are stored, and not compared.
import { randomBytes } from 'node:crypto';
import type { Applicant, Holder, ProcessMark } from '../reconcile/vhost-lock.ts';
import { fullArguments } from '../topology/normal-form.ts';
import type { Queue } from '../topology/object.ts';
import { lockedSince, lockName, markedAs } from '../topology/own.ts';
import type { Table, Value } from '../topology/value.ts';

const marks = {
  user: 'x-topo-user',
  host: 'x-topo-host',
  command: 'x-topo-command',
  pid: 'x-topo-pid',
  started: 'x-topo-started',
  machine: 'x-topo-machine',
} as const;

/** `expires`: milliseconds. */
export function makeLockQueue(vhost: string, by: Applicant, expires: number): Queue {
  const { user, host, command, process } = by;
  return {
    kind: 'queue',
    vhost,
    name: lockName,
    type: 'classic',
    durable: true,
    auto_delete: false,
    arguments: new Map<string, Value>([
      ['x-expires', expires],
      ['x-max-length', randomBytes(6).readUIntBE(0, 6)],
      ...markedAs('lock', new Date()),
      [marks.user, user],
      [marks.host, host],
      [marks.command, command],
      ...(process === undefined ? [] : marksOf(process)),
    ]),
  };
}

const marksOf = ({ pid, since, machine }: ProcessMark): [string, Value][] => [
  [marks.pid, pid],
  [marks.started, since],
  [marks.machine, machine],
];

export const bodyOfLock = (queue: Queue) => ({
  durable: queue.durable,
  auto_delete: queue.auto_delete,
  arguments: fullArguments(queue),
});

/** Names the lock among all that ever were. */
export const keyOfLock = ({ vhost, arguments: args }: Queue): string =>
  `${vhost} ${Number(args.get('x-max-length'))}`;

export function holderOf(queue: Queue): Holder {
  const { vhost, arguments: args } = queue;
  const since = lockedSince(queue);
  if (since === undefined) return { vhost };
  const [user, host, command] = [marks.user, marks.host, marks.command].map((mark) =>
    textIn(args, mark),
  );
  return {
    vhost,
    since,
    ...(user !== undefined && { user }),
    ...(host !== undefined && { host }),
    ...(command !== undefined && { command }),
    process: processIn(args),
  };
}

function processIn(args: Table): ProcessMark | undefined {
  const pid = Number(args.get(marks.pid));
  const [since, machine] = [textIn(args, marks.started), textIn(args, marks.machine)];
  if (!Number.isInteger(pid) || pid < 1 || since === undefined || machine === undefined)
    return undefined;
  return { pid, since, machine };
}

function textIn(args: Table, mark: string): string | undefined {
  const value = args.get(mark);
  return typeof value === 'string' ? value : undefined;
}
