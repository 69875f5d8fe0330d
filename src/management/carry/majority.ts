// Tells whether a queue has lost the majority of its replicas: until they are back it takes no
// message and gives none, so another attempt would fail, too.
import { describeReplicas, hasQuorum } from '../../reconcile/replicas.ts';
import type { Queue } from '../../topology/object.ts';
import { ExpectedError } from '../../topology/problem.ts';
import { quote } from '../../topology/quote.ts';
import { readQueue } from '../lists.ts';
import { replicasOf } from '../live.ts';
import type { Work } from './work.ts';

/** Returns undefined, too, if the broker doesn't say. */
export async function withoutMajority(work: Work): Promise<ExpectedError | undefined> {
  const looks = await Promise.all([work.before, work.parking].map((queue) => lookAt(work, queue)));
  return looks.find((found) => found !== undefined);
}

/** Lets one pass none of whose replicas runs: it may be dead, and the next attempt replaces it. */
async function lookAt({ client }: Work, queue: Queue): Promise<ExpectedError | undefined> {
  const row = await readQueue(client, queue).catch(() => undefined);
  if (row === undefined) return undefined;
  const { replicas } = replicasOf(row);
  const seen = { type: row.type ?? 'classic', ...(replicas && { replicas }) };
  if (hasQuorum(seen) || replicas?.online.length === 0) return undefined;
  return new ExpectedError(
    `queue ${quote(queue.name)} takes no message: ${describeReplicas(seen)}`,
  );
}
