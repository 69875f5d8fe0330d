// Warns of queues that the harness can use, but that may lose tasks or results.
import type { Cast } from './cast.ts';
import type { Declared } from './desired.ts';
import { referencesIn } from './harness.ts';
import type { Queue } from './object.ts';
import type { Problem } from './problem.ts';
import { quote } from './quote.ts';

interface Leak {
  readonly code: string;
  readonly leaks: (queue: Queue, role: string) => boolean;
  /** Continues the sentence: messages in queue "a" … */
  readonly message: string;
  readonly hint: string;
}

const has = (queue: Queue, argument: string): boolean => queue.arguments.has(argument);

/** Dead-lettered tasks aren't lost, but the coordinator reads results only from their queue. */
const isDropped = (queue: Queue, role: string): boolean =>
  role !== 'retry queue' && (role === 'results queue' || !has(queue, 'x-dead-letter-exchange'));

const isBounded = (queue: Queue): boolean =>
  (has(queue, 'x-max-length') || has(queue, 'x-max-length-bytes')) &&
  (queue.arguments.get('x-overflow') ?? 'drop-head') === 'drop-head';

/**
 * RabbitMQ 4 defaults to 20, and each look into the queue counts as a delivery; -1 means no limit.
 */
function isLimited({ type, arguments: table }: Queue): boolean {
  const limit = Number(table.get('x-delivery-limit') ?? 20);
  return type === 'quorum' && limit >= 0 && limit < 1000;
}

/** To add a warning, add a row. */
const knownLeaks: readonly Leak[] = [
  {
    code: 'not-durable',
    leaks: (queue) => !queue.durable,
    message: 'are lost when the broker restarts: it is not durable',
    hint: 'leave durable out, or make it true',
  },
  {
    code: 'auto-delete',
    leaks: (queue) => queue.auto_delete,
    message: 'are deleted with it when its last consumer leaves: auto_delete',
    hint: 'remove auto_delete',
  },
  {
    code: 'expires',
    leaks: (queue, role) => role !== 'retry queue' && has(queue, 'x-expires'),
    message: 'are deleted with it when it is unused for a while: x-expires',
    hint: 'remove x-expires',
  },
  {
    code: 'time-to-live',
    leaks: (queue, role) => has(queue, 'x-message-ttl') && isDropped(queue, role),
    message: 'are dropped when they have waited too long: x-message-ttl',
    hint: 'remove x-message-ttl',
  },
  {
    code: 'drop-head',
    leaks: (queue, role) => isBounded(queue) && isDropped(queue, role),
    message: 'are dropped, oldest first, when it gets too long: x-max-length',
    hint: 'add x-overflow: reject-publish',
  },
  {
    code: 'delivery-limit',
    leaks: (queue, role) => isLimited(queue) && isDropped(queue, role),
    message: 'are dropped after too many deliveries: x-delivery-limit',
    hint: 'add x-dead-letter-exchange, or a higher x-delivery-limit; RabbitMQ 4 defaults to 20',
  },
  {
    code: 'at-most-once',
    leaks: (queue, role) =>
      role === 'retry queue' && queue.arguments.get('x-dead-letter-strategy') !== 'at-least-once',
    message: 'may be lost if the broker fails just as the delay ends',
    hint: 'make it a quorum queue with x-dead-letter-strategy: at-least-once and x-overflow: reject-publish',
  },
];

/** Warns once for each kind of leak and role, however many queues are affected. */
export function harnessWarnings(cast: Cast): Problem[] {
  const roles = queuesByRole(cast);
  return knownLeaks.flatMap((leak) =>
    [...roles].flatMap(([role, queues]) => {
      const leaking = queues.filter(({ object }) => leak.leaks(object, role));
      return leaking.length === 0 ? [] : [warning(leak, role, leaking)];
    }),
  );
}

function queuesByRole({ section, queues, workers }: Cast): Map<string, Declared<Queue>[]> {
  const roles = new Map([['worker queue', [...workers]]]);
  for (const { kind, role, name } of referencesIn(section)) {
    const queue = kind === 'queue' ? queues.get(name) : undefined;
    if (queue) roles.set(role, [...(roles.get(role) ?? []), queue]);
  }
  return roles;
}

function warning({ code, message, hint }: Leak, role: string, queues: Declared<Queue>[]): Problem {
  const [first] = queues;
  const others = queues.length === 1 ? '' : ` (and ${queues.length - 1} more)`;
  const subject = `the ${role} ${quote(first?.object.name ?? '')}${others}`;
  return {
    code,
    message: `messages in ${subject} ${message}`,
    hint,
    ...(first && { at: first.at }),
  };
}
