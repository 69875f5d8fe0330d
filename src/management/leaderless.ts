// Asks which quorum queues have no leader: their lists don't tell.
import { endpoints } from '../topology/client-differences.ts';
import { addressOf } from '../topology/identity.ts';
import { addressOfNamed, type Address } from '../topology/address.ts';
import type { LiveObject, LiveQueue } from '../topology/live.ts';
import { isQueue } from '../topology/object.ts';
import { isWithin } from '../topology/versions.ts';
import type { Client } from './client.ts';
import { forgo } from './forgo.ts';
import { anything, parseRow, parseRows, text } from './shape.ts';

const check = 'health/checks/quorum-queues-without-elected-leaders';

const parseCheck = parseRow<{ readonly queues?: unknown }>({ queues: anything });
const parseQueues = parseRows<{ readonly name: string; readonly virtual_host: string }>({
  name: text,
  virtual_host: text,
});

/** Those of the objects. None if the broker's version, or the user's rights, have no answer. */
export async function findLeaderless(
  client: Client,
  version: string,
  objects: Iterable<LiveObject>,
): Promise<LiveQueue[]> {
  if (!isWithin(version, endpoints[check])) return [];
  const queues = [...objects].filter((one) => isQueue(one)).filter(({ type }) => type === 'quorum');
  const [vhost, ...more] = new Set(queues.map((queue) => queue.vhost));
  if (vhost === undefined) return [];
  const where = more.length === 0 ? `vhost/${encodeURIComponent(vhost)}` : 'all-vhosts';
  const answer = await client.readCheck(`${check}/${where}/`, parseCheck).catch(forgo);
  const found = new Set<Address>(
    parseQueues(answer?.queues ?? []).map(({ name, virtual_host }) =>
      addressOfNamed('queue', virtual_host, name),
    ),
  );
  return queues.filter((queue) => found.has(addressOf(queue)));
}
