// Takes away a quorum queue of an earlier run that may be dead, so that it is declared once more.
// If the connection that declares it is cut, RabbitMQ 3.10 may list it for good, call an equal
// declaration a success, and let it take no message.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from '../../topology/object.ts';
import { deleteObject } from '../delete.ts';
import { namesOf, readHealth, readNode } from '../health.ts';
import { readQueue } from '../lists.ts';
import { pathOfNamed } from '../path.ts';
import { readBindings } from './flip.ts';
import { lookInto } from './pace.ts';
import type { Work } from './work.ts';

/** Leaves alone a queue that has bindings, consumers or messages: it lives. */
export async function deleteIfUnused(work: Work, queue: Queue): Promise<boolean> {
  const { client, sources } = work;
  if (queue.type !== 'quorum' || (await readBindings(work, queue)).length > 0) return false;
  const { ready, consumers } = await lookInto(sources.amqp, queue);
  if (ready + consumers > 0) return false;
  if (await isDead(work, queue)) await client.delete(pathOfNamed(queue));
  else await deleteObject(client, sources, queue, 'lose-nothing');
  return true;
}

const looks = 3;

/** What such a queue holds can't be counted, but it can't have taken anything. */
async function isDead({ client, sources }: Work, queue: Queue): Promise<boolean> {
  const running = await readRunning(client);
  for (let look = 1; ; look++) {
    const row = await readQueue(client, queue);
    const [members, online] = [namesOf(row.members), namesOf(row.online)];
    const isDown = members.length > 0 && online.length === 0;
    if (!isDown || !members.every((name) => running.has(name))) return false;
    if (look === looks) return true;
    await sleep(sources.waits.settling);
  }
}

/** As far as the user may know. */
async function readRunning(client: Work['client']): Promise<ReadonlySet<string>> {
  const [{ nodes = [] }, { node }] = await Promise.all([readHealth(client), readNode(client)]);
  const names = nodes.filter(({ running }) => running).map(({ name }) => name);
  return new Set(node === undefined ? names : [...names, node]);
}
