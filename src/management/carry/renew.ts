// Declares a new quorum queue once more in place of one that may be dead: if the connection that
// declares it is cut, RabbitMQ 3.10 may list it for good, call an equal declaration a success, and
// let it take no message.
import { deleteObject } from '../delete.ts';
import { rebuild } from '../rebuild.ts';
import { readBindings } from './flip.ts';
import { lookInto } from './pace.ts';
import type { Work } from './work.ts';

/** Leaves alone a queue that has bindings, consumers or messages: it lives. */
export async function renewIfUnused(work: Work): Promise<void> {
  const { client, sources, before, after, toDeclare } = work;
  if (after.type !== 'quorum' || (await readBindings(work, after)).length > 0) return;
  const { ready, consumers } = await lookInto(sources.amqp, after);
  if (ready + consumers > 0) return;
  await deleteObject(client, sources, after, 'lose-nothing');
  await rebuild(client.firm(), { before, after: toDeclare(after), bindings: [] });
}
