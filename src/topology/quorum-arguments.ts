// Turns the arguments of a classic queue into those of a quorum queue.
import { queueArguments } from './known-arguments.ts';
import type { Queue } from './object.ts';
import type { Table, Value } from './value.ts';

/** The quorum queue in place of a classic one, whatever keeps it from becoming that. */
export function asQuorum(queue: Queue): Queue {
  const kept = [...queue.arguments].filter(([name]) => isTaken(name));
  return {
    ...queue,
    type: 'quorum',
    arguments: new Map([...translated(queue.arguments), ...kept]),
  };
}

/** Quorum queues store arguments that RabbitMQ doesn't know. */
const isTaken = (name: string): boolean => queueArguments.get(name)?.includes('quorum') !== false;

const masterLocator = 'x-queue-master-locator';

/** Its other values, random and min-masters, spread the leaders: that is called balanced now. */
function translated(table: Table): [string, Value][] {
  const locator = table.get(masterLocator);
  if (locator === undefined) return [];
  return [['x-queue-leader-locator', locator === 'client-local' ? locator : 'balanced']];
}
