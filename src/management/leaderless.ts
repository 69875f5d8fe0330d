// Asks which quorum queues have no leader: their lists don't tell.
import { addressOfNamed, type Address } from '../topology/address.ts';
import { endpoints } from '../topology/client-differences.ts';
import { addressOf } from '../topology/identity.ts';
import type { LiveObject, LiveQueue } from '../topology/live.ts';
import { isQueue } from '../topology/object.ts';
import { isWithin } from '../topology/versions.ts';
import type { Client } from './client.ts';
import { forgo } from './forgo.ts';
import { pathOf } from './path.ts';
import { anything, given, parseRow, parseRows } from './shape.ts';

const check = 'health/checks/quorum-queues-without-elected-leaders';

const parseCheck = parseRow<{ readonly queues?: unknown }>({ queues: anything });
/** A name may be no text. */
const parseQueues = parseRows<{ readonly name: unknown; readonly virtual_host: unknown }>({
  name: given,
  virtual_host: given,
});
const addressesIn = (answer: unknown): Address[] =>
  parseQueues(parseCheck(answer).queues ?? []).map(({ name, virtual_host }) =>
    addressOfNamed('queue', String(virtual_host), String(name)),
  );

/** URLs resolve these names. */
const unsayable = /^\.\.?$/;

/** Those of the objects. None if the broker's version, or the user's rights, have no answer. */
export async function findLeaderless(
  client: Client,
  version: string,
  objects: Iterable<LiveObject>,
): Promise<LiveQueue[]> {
  if (!isWithin(version, endpoints[`${check}/all-vhosts`])) return [];
  const queues = [...objects].filter((one) => isQueue(one)).filter(({ type }) => type === 'quorum');
  const [vhost, ...more] = new Set(queues.map((queue) => queue.vhost));
  if (vhost === undefined) return [];
  const isAlone = more.length === 0 && !unsayable.test(vhost);
  const where = isAlone ? pathOf('vhost', vhost) : 'all-vhosts';
  const found = await client.readCheck(`${check}/${where}`, addressesIn).catch(forgo);
  const leaderless = new Set(found);
  return queues.filter((queue) => leaderless.has(addressOf(queue)));
}
