// Rules for the objects that a harness section names, so that no task is lost or stranded.
import type { Cast, HarnessBreach, HarnessRule } from './cast.ts';
import { nearest } from './did-you-mean.ts';
import { retryRules } from './harness-retry-rules.ts';
import { referencesIn, type Reference } from './harness.ts';
import { routedTypes } from './matchers.ts';
import type { Position } from './problem.ts';
import { oneOf, quote } from './quote.ts';
import { isPredefinedExchange } from './system.ts';

/** To add a rule, write a function and list it here. */
const rules: readonly HarnessRule[] = [
  declared,
  tasksAreClear,
  takesFromPublishers,
  routesByKey,
  eventsApart,
  oneRoleEach,
  bindingsApart,
  poolIsReached,
  noStreams,
  workersSendAgain,
  ...retryRules,
];

export const harnessBreaches = (cast: Cast): HarnessBreach[] => rules.flatMap((rule) => rule(cast));

function declared(cast: Cast): HarnessBreach[] {
  return referencesIn(cast.section)
    .filter(({ kind, name }) => !namesOf(cast, kind).has(name))
    .map((reference) => undeclared(reference, cast));
}

function undeclared({ kind, role, name, path }: Reference, cast: Cast): HarnessBreach {
  const other = kind === 'queue' ? 'exchange' : 'queue';
  const isOfOther = namesOf(cast, other).has(name);
  const meant = nearest(name, namesOf(cast, kind).keys());
  const declare = isPredefinedExchange(name)
    ? "RabbitMQ's own exchanges can't be declared; name one of yours"
    : `declare it under ${kind}s`;
  const known = meant === undefined ? declare : `did you mean ${quote(meant)}?`;
  return {
    code: isOfOther ? 'wrong-kind' : 'undeclared',
    message: isOfOther
      ? `the ${role} ${quote(name)} is declared as ${article(other)}`
      : `the ${role} ${quote(name)} is not declared in vhost ${quote(cast.section.vhost)}`,
    hint: isOfOther && meant === undefined ? `name ${article(kind)}` : known,
    path,
    isAbsence: true,
  };
}

const namesOf = (cast: Cast, kind: Reference['kind']): ReadonlyMap<string, unknown> =>
  kind === 'queue' ? cast.queues : cast.exchanges;
const article = (kind: Reference['kind']): string => (kind === 'queue' ? 'a queue' : 'an exchange');

function tasksAreClear({ section, candidates, tasks }: Cast): HarnessBreach[] {
  if (tasks !== undefined || section.tasks !== undefined) return [];
  const names = candidates.map(({ name }) => quote(name));
  const code = 'no-tasks-exchange';
  if (names.length === 0) {
    const message =
      "no declared exchange has a worker's queue bound to it, so tasks have nowhere to go";
    const hint = 'declare an exchange, a queue for each worker, and a binding between them';
    return [{ code, message, hint, path: [], isAbsence: true }];
  }
  const message = `tasks could go to any of ${names.length} exchanges: ${oneOf(names)}`;
  return [{ code, message, hint: 'write harness: { tasks: NAME }', path: [] }];
}

function takesFromPublishers({ section, exchanges }: Cast): HarnessBreach[] {
  return referencesIn(section)
    .filter(({ kind, name }) => kind === 'exchange' && exchanges.get(name)?.object.internal)
    .map(({ role, name, path }) => ({
      code: 'internal-exchange',
      message: `the ${role} ${quote(name)} is internal: clients can't publish to it`,
      hint: 'name another, or remove internal',
      path,
    }));
}

function routesByKey({ tasks, exchanges }: Cast): HarnessBreach[] {
  if (tasks === undefined || routedTypes.includes(tasks.type)) return [];
  const message = `the tasks exchange ${quote(tasks.name)} is of type ${quote(tasks.type)}, so topo-harness can't tell which worker gets a task`;
  const hint = `make it ${oneOf(routedTypes)}`;
  return [{ code: 'tasks-type', message, hint, path: ['tasks'], ...at(exchanges, tasks.name) }];
}

function eventsApart({ section, tasks }: Cast): HarnessBreach[] {
  if (tasks === undefined || section.events !== tasks.name) return [];
  return [
    {
      code: 'two-roles',
      message: `exchange ${quote(tasks.name)} can't take both tasks and events: workers would get the events`,
      hint: 'declare an exchange of its own for events',
      path: ['events'],
    },
  ];
}

function oneRoleEach({ section }: Cast): HarnessBreach[] {
  const first = new Map<string, Reference>();
  const breaches: HarnessBreach[] = [];
  for (const reference of referencesIn(section).filter(({ kind }) => kind === 'queue')) {
    const { role, name, path } = reference;
    const other = first.get(name);
    first.set(name, other ?? reference);
    if (!other) continue;
    const message = `queue ${quote(name)} is already the ${other.role}; it can't also be the ${role}`;
    breaches.push({ code: 'two-roles', message, hint: 'name another queue', path });
  }
  return breaches;
}

/** A queue downstream of the tasks exchange is a worker's queue. */
function bindingsApart({ section, graph, tasks, queues }: Cast): HarnessBreach[] {
  if (tasks === undefined) return [];
  const behind = graph.queuesBehind(tasks.name);
  return referencesIn(section)
    .filter(({ kind, name, path }) => kind === 'queue' && path[0] !== 'pool' && behind.has(name))
    .filter(({ name }) => queues.has(name))
    .map(({ role, name, path }) => ({
      code: 'two-roles',
      message: `the ${role} ${quote(name)} is bound to the tasks exchange ${quote(tasks.name)}, so it is also a worker's queue`,
      hint: 'remove that binding, or name another queue',
      path,
    }));
}

function poolIsReached({ section: { pool }, queues, graph, tasks }: Cast): HarnessBreach[] {
  if (pool === undefined || tasks === undefined || !queues.has(pool)) return [];
  if (graph.queuesBehind(tasks.name).has(pool)) return [];
  return [
    {
      code: 'unreachable-pool',
      message: `no binding leads from the tasks exchange ${quote(tasks.name)} to the pool queue ${quote(pool)}`,
      hint: `add { source: ${tasks.name}, destination: ${pool}, routing_key: ${pool} } to bindings`,
      path: ['pool'],
      isAbsence: true,
    },
  ];
}

/** Looks only at queues that are named or downstream of the tasks exchange. */
function noStreams({ section, queues, workers }: Cast): HarnessBreach[] {
  const named = referencesIn(section).filter(({ kind }) => kind === 'queue');
  const bound = workers.map(({ object: { name }, at }) => ({ role: 'worker queue', name, at }));
  return [...named, ...bound]
    .filter(({ name }) => queues.get(name)?.object.type === 'stream')
    .map(({ role, name, ...place }) => ({
      code: 'stream',
      message: `the ${role} ${quote(name)} is a stream, which keeps consumed messages`,
      hint: 'make it a quorum or a classic queue',
      path: 'path' in place ? place.path : [],
      ...('at' in place && { at: place.at }),
    }));
}

function workersSendAgain({ section: { users } }: Cast): HarnessBreach[] {
  if (users?.coordinator === undefined || users.workers !== undefined) return [];
  return [
    {
      code: 'no-users-of-workers',
      message: 'harness.users names a coordinator but no workers, who republish failed tasks',
      hint: 'add workers: [USER]',
      path: ['users'],
    },
  ];
}

function at(declared: Cast['exchanges'], name: string): { at?: Position } {
  const found = declared.get(name);
  return found ? { at: found.at } : {};
}
