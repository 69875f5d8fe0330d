// Assigns the roles of topo-harness: the tasks exchange, the workers' queues, and the rest.
import { castOf, exchangeToRetry, keysTo, type Cast } from './cast.ts';
import type { Desired } from './desired.ts';
import { nearest } from './did-you-mean.ts';
import { retriesIn, type HarnessSection, type HarnessUsers } from './harness.ts';
import { harnessBreaches } from './harness-rules.ts';
import type { Queue } from './object.ts';
import { InvalidInput, type Problem } from './problem.ts';
import { quote } from './quote.ts';
import type { Routing } from './routing.ts';

export interface Roles {
  readonly vhost: string;
  /** The exchange that tasks are published to. */
  readonly tasks: string;
  /** By queue name, in the order of the file; without the pool. */
  readonly workers: ReadonlyMap<string, WorkerRole>;
  /** The queue that every worker may consume from. */
  readonly pool: WorkerRole | undefined;
  /** A queue. */
  readonly results: string | undefined;
  /** A queue. */
  readonly dead_letter: string | undefined;
  /** By delay, shortest first. */
  readonly retries: readonly RetryRole[];
  /** An exchange. */
  readonly events: string | undefined;
  /** Undefined if the harness trusts messages of any user. */
  readonly users: HarnessUsers | undefined;
  /** The routing of the declared bindings. */
  readonly routing: Routing;
}

export interface WorkerRole {
  readonly queue: Queue;
  /**
   * A key that reaches this queue and no other; undefined if no binding has one: then --routing-key
   * is required.
   */
  readonly routing_key: string | undefined;
}

export interface RetryRole {
  readonly queue: string;
  /** Routes a task with its own routing key to this queue and no other. */
  readonly exchange: string;
  /** Milliseconds. */
  readonly delay: number;
}

/**
 * Without a harness section, the workers are the queues of the only exchange that has any. Throws
 * InvalidInput.
 */
export function readRoles(desired: Desired): Roles {
  const cast = desired.harness
    ? castOf(desired.harness.section, desired.objects.values())
    : castWithoutSection(desired);
  const breaches = harnessBreaches(cast);
  if (breaches.length > 0) throw invalid(breaches.map(toProblem), desired);
  if (cast.tasks === undefined || cast.takers.length === 0)
    throw invalid([toProblem(noWorkers(cast))], desired);
  const { section, routing, tasks, queues } = cast;
  const workers = cast.workers.map(({ object }) => workerOf(object, cast));
  const pool = queues.get(section.pool ?? '');
  return {
    vhost: section.vhost,
    tasks: tasks.name,
    workers: new Map(workers.map((worker) => [worker.queue.name, worker])),
    pool: pool && workerOf(pool.object, cast),
    results: section.results,
    dead_letter: section.dead_letter,
    retries: retriesOf(cast),
    events: section.events,
    users: section.users,
    routing,
  };

  function toProblem({ code, message, hint, at = desired.harness?.at }: Problem): Problem {
    return { code, message, ...(hint !== undefined && { hint }), ...(at && { at }) };
  }
}

/**
 * The workers, or the pool, that a task with this routing key reaches; if none, the broker returns
 * it.
 */
export function workersFor(roles: Roles, routing_key: string): WorkerRole[] {
  return [...roles.routing.queuesFor(roles.tasks, routing_key)].flatMap((name) => {
    const pool = roles.pool?.queue.name === name ? roles.pool : undefined;
    return roles.workers.get(name) ?? pool ?? [];
  });
}

/** Whether the topology gives the queue a role, which then is its only use. */
export function hasRole(queue: string, roles: Roles): boolean {
  const { workers, pool, results, dead_letter, retries } = roles;
  const others = [pool?.queue.name, results, dead_letter, ...retries.map((retry) => retry.queue)];
  return workers.has(queue) || others.includes(queue);
}

/** Finds a worker or the pool by its queue's name. Throws InvalidInput. */
export function workerNamed(roles: Roles, name: string): WorkerRole {
  const { workers, pool, tasks } = roles;
  const found = workers.get(name) ?? (pool?.queue.name === name ? pool : undefined);
  if (found) return found;
  const known = [...workers.keys(), ...(pool ? [pool.queue.name] : [])];
  const some = [...known.slice(0, 5).map(quote), ...(known.length > 5 ? ['…'] : [])];
  const meant = nearest(name, known) ?? some.join(', ');
  const message = `no worker takes tasks from queue ${quote(name)}: it is not bound to the exchange ${quote(tasks)}`;
  const hint = nearest(name, known) === undefined ? `there are ${meant}` : `did you mean ${meant}?`;
  throw new InvalidInput([{ code: 'unknown-worker', message, hint }]);
}

/** The routing key of a task for this worker only. Throws InvalidInput. */
export function routingKeyTo(worker: WorkerRole): string {
  if (worker.routing_key !== undefined) return worker.routing_key;
  const hint = 'pass --routing-key KEY; every queue that it reaches gets the task';
  throw new InvalidInput([noKey(worker, hint)]);
}

/** Throws InvalidInput that lists every worker without a routing key of its own. */
export function checkKeys({ workers, pool }: Roles): void {
  const all = [...workers.values(), ...(pool ? [pool] : [])];
  const without = all.filter(({ routing_key }) => routing_key === undefined);
  const hint = 'bind it with a key of its own: each training task is for one worker';
  if (without.length > 0) throw new InvalidInput(without.map((worker) => noKey(worker, hint)));
}

function noKey({ queue }: WorkerRole, hint: string): Problem {
  const message = `no binding has a routing key that leads only to queue ${quote(queue.name)}`;
  return { code: 'no-routing-key', message, hint };
}

function workerOf(queue: Queue, cast: Cast): WorkerRole {
  const { tasks, routing } = cast;
  const found = keysTo(queue.name, cast).find(
    ({ key, fixed }) => fixed && tasks && routing.reachesOnly(queue.name, tasks.name, key),
  );
  return { queue, routing_key: found?.key };
}

function retriesOf(cast: Cast): RetryRole[] {
  const retries = retriesIn(cast.section).flatMap(({ name }) => {
    const exchange = exchangeToRetry(name, cast)?.name;
    const delay = Number(cast.queues.get(name)?.object.arguments.get('x-message-ttl'));
    return exchange === undefined ? [] : [{ queue: name, exchange, delay }];
  });
  return retries.sort((a, b) => a.delay - b.delay);
}

/** Picks the vhost with candidates for the tasks exchange, if there are several vhosts. */
function castWithoutSection({ vhosts, objects }: Desired): Cast {
  const sections: HarnessSection[] = [...vhosts.keys()].map((vhost) => ({ vhost }));
  const casts = sections.map((section) => castOf(section, objects.values()));
  const meant = casts.filter(({ candidates }) => candidates.length > 0);
  const [only = castOf({ vhost: '/' }, [])] = meant.length > 0 ? meant : casts;
  if (meant.length < 2) return only;
  return { ...only, candidates: meant.flatMap(({ candidates }) => candidates), tasks: undefined };
}

function noWorkers({ tasks }: Cast): Problem {
  const message = `no queue is bound to the tasks exchange ${quote(tasks?.name ?? '')}, so no worker would get a task`;
  return { code: 'no-workers', message, hint: 'declare a queue for each worker, and bind it' };
}

function invalid(problems: readonly Problem[], desired: Desired): InvalidInput {
  return new InvalidInput(problems, desired.sources);
}
