// Rules for retry queues: a task waits in one, then returns to its worker.
import { exchangeToRetry, type Cast, type HarnessBreach, type HarnessRule } from './cast.ts';
import { retriesIn } from './harness.ts';
import { quote } from './quote.ts';
import type { Table } from './value.ts';

export const retryRules: readonly HarnessRule[] = [
  retriesWait,
  retriesComeBack,
  retriesStay,
  retriesAreReached,
];

function retriesWait(cast: Cast): HarnessBreach[] {
  return retriesWhere(cast, (table) => !table.has('x-message-ttl')).map(({ name, path }) => ({
    code: 'retry-without-delay',
    message: `the retry queue ${quote(name)} has no x-message-ttl: tasks would wait in it forever`,
    hint: 'add x-message-ttl, the delay in milliseconds',
    path,
  }));
}

function retriesComeBack(cast: Cast): HarnessBreach[] {
  const { tasks } = cast;
  if (tasks === undefined) return [];
  const target = 'x-dead-letter-exchange';
  const key = 'x-dead-letter-routing-key';
  const astray = retriesWhere(cast, (table) => table.get(target) !== tasks.name);
  const rerouted = retriesWhere(cast, (table) => table.has(key));
  return [
    ...astray.map(({ name, path }) => ({
      code: 'retry-does-not-return',
      message: `the retry queue ${quote(name)} does not dead-letter to the tasks exchange: tasks would not come back`,
      hint: `give it ${target}: ${tasks.name}`,
      path,
    })),
    ...rerouted.map(({ name, path }) => ({
      code: 'retry-does-not-return',
      message: `the retry queue ${quote(name)} has an ${key}: tasks would all go to one place, not back to their workers`,
      hint: `remove ${key}; without it a task keeps its own`,
      path,
    })),
  ];
}

function retriesStay(cast: Cast): HarnessBreach[] {
  return retriesWhere(cast, (table) => table.has('x-expires')).map(({ name, path }) => ({
    code: 'retry-expires',
    message: `the retry queue ${quote(name)} has x-expires: it would be deleted with the tasks in it`,
    hint: 'remove x-expires; x-message-ttl is the delay',
    path,
  }));
}

/**
 * The default exchange would replace the routing key: the task would never return to its worker.
 */
function retriesAreReached(cast: Cast): HarnessBreach[] {
  return retriesWhere(cast, () => true)
    .filter(({ name }) => exchangeToRetry(name, cast) === undefined)
    .map(({ name, path }) => ({
      code: 'unreachable-retry',
      message: `no declared exchange routes every worker's routing key only to the retry queue ${quote(name)}`,
      hint: 'declare a fanout exchange, and bind only this queue to it',
      path,
      isAbsence: true,
    }));
}

/** Skips queues that a worker or the pool uses too: another rule reports those. */
function retriesWhere({ section, queues, graph, tasks }: Cast, is: (table: Table) => boolean) {
  const behind = tasks ? graph.queuesBehind(tasks.name) : new Set();
  return retriesIn(section).filter(({ name }) => {
    const queue = queues.get(name)?.object;
    return queue && name !== section.pool && !behind.has(name) && is(queue.arguments);
  });
}
