// Finds the routing key of each task, and checks it against the bindings of the file.
import { nearest } from '../../topology/did-you-mean.ts';
import { InvalidInput } from '../../topology/problem.ts';
import { oneOf, quote } from '../../topology/quote.ts';
import { routingKeyTo, workerNamed, type Roles, type WorkerRole } from '../../topology/roles.ts';

/** As the command line has it. */
export type Choice =
  | { readonly kind: 'to'; readonly worker: string }
  | { readonly kind: 'round-robin' }
  | { readonly kind: 'routing-key'; readonly routing_key: string }
  /** The pool, or the only worker; else each line says it. */
  | { readonly kind: 'none' };

export interface Addressing {
  /** The choice in words that are equal only if it is. */
  readonly name: string;
  /** For a task without `to`; `index` counts the tasks before it. Throws InvalidInput. */
  keyOf(index: number): string;
  /** For a task that names a worker's queue. Throws InvalidInput. */
  keyTo(worker: string): string;
}

/** Throws InvalidInput if the choice leads nowhere. */
export function addressTasks(roles: Roles, choice: Choice): Addressing {
  const keys = keysOf(roles, choice);
  const known = new Map<string, string>();
  return {
    name: JSON.stringify([choice.kind, ...keys]),
    keyOf: (index) => keys[index % keys.length] ?? nobody(roles),
    keyTo(worker) {
      const key = known.get(worker) ?? routingKeyTo(workerNamed(roles, worker));
      known.set(worker, key);
      return key;
    },
  };
}

/** Taken in turn. */
function keysOf(roles: Roles, choice: Choice): string[] {
  switch (choice.kind) {
    case 'to':
      return [routingKeyTo(workerNamed(roles, choice.worker))];
    case 'round-robin':
      return [...roles.workers.values()].map(routingKeyTo);
    case 'routing-key':
      return [reaching(roles, choice.routing_key)];
    case 'none':
      return byDefault(roles).map(routingKeyTo);
  }
}

function byDefault({ pool, workers }: Roles): WorkerRole[] {
  if (pool) return [pool];
  return workers.size === 1 ? [...workers.values()] : [];
}

function reaching({ routing, tasks, workers, pool }: Roles, routing_key: string): string {
  for (const _ of routing.queuesFor(tasks, routing_key)) return routing_key;
  const takers = [...workers.values(), ...(pool ? [pool] : [])];
  const known = takers.flatMap((worker) => worker.routing_key ?? []);
  const meant = nearest(routing_key, known);
  throw new InvalidInput([
    {
      code: 'unroutable-key',
      message: `no queue gets what is published to ${quote(tasks)} with the routing key ${quote(routing_key)}`,
      hint: meant === undefined ? `the workers' keys are ${some(known)}` : `did you mean ${meant}?`,
    },
  ]);
}

function nobody({ workers }: Roles): never {
  throw new InvalidInput([
    {
      code: 'no-worker-named',
      message: `nothing says who is to take the tasks: there are ${some([...workers.keys()])}`,
      hint: 'give --to WORKER or --round-robin, or each task a field "to" with the name of a worker\'s queue',
    },
  ]);
}

const mostNamed = 5;

const some = (names: readonly string[]): string =>
  names.length > mostNamed
    ? `${names.slice(0, mostNamed).map(quote).join(', ')} … (${names.length} in all)`
    : oneOf(names.map(quote));
