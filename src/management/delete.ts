// Deletes one object; a queue only on the condition that nothing goes with it that may not.
import { deleteQueue as deleteOverAmqp } from '../amqp/delete.ts';
import type { Consent } from '../reconcile/broker.ts';
import { addressOf } from '../topology/address.ts';
import type { LiveBinding } from '../topology/live.ts';
import type { Exchange, Queue } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import { BrokerError } from './broker-error.ts';
import type { Client } from './client.ts';
import type { DepthSources } from './depth.ts';
import { assertMayGo, toWouldLose } from './may-go.ts';
import { pathOf, pathOfEnds, pathOfNamed } from './path.ts';

/** The value must be literally true: RabbitMQ ignores a condition that is written in any other way. */
const conditions = {
  'lose-nothing': '?if-empty=true&if-unused=true',
  disconnect: '?if-empty=true',
  'lose-messages': '',
};

export async function deleteBinding(client: Client, binding: LiveBinding): Promise<void> {
  await client.delete(`${pathOfEnds(binding)}/${pathOf(binding.properties_key)}`);
}

export async function deleteObject(
  client: Client,
  sources: DepthSources,
  object: Exchange | Queue,
  consent: Consent,
): Promise<void> {
  if (object.kind === 'exchange') return client.delete(pathOfNamed(object));
  await assertMayGo(sources, object, consent);
  if (consent !== 'lose-messages' && object.type === 'quorum') return deleteQuorum(sources, object);
  await deleteQueue(client, sources, object, consent);
}

async function deleteQueue(
  client: Client,
  sources: DepthSources,
  queue: Queue,
  consent: Consent,
): Promise<void> {
  try {
    await client.delete(pathOfNamed(queue) + conditions[consent]);
  } catch (error) {
    throw isConditionUnmet(error) ? await toWouldLose(sources, queue) : error;
  }
}

function isConditionUnmet(error: unknown): boolean {
  return error instanceof BrokerError && / (not empty|in use)$/.test(error.reason ?? '');
}

/** Over AMQP, because the answer tells whether a message came in after the last look. */
async function deleteQuorum({ amqp }: DepthSources, queue: Queue): Promise<void> {
  const { vhost, name } = queue;
  const lost = await amqp.withChannel(vhost, (channel) => deleteOverAmqp(channel, name));
  if (lost > 0) throw new MessagesLost(queue, lost);
}

/** What can't be prevented is at least said. */
export class MessagesLost extends ExpectedError {
  constructor(queue: Queue, lost: number) {
    const what = `${lost} messages that came in at the last moment`;
    const hint = 'stop its publishers before it is deleted';
    super(`${addressOf(queue)} is deleted, and with it ${what}`, { hint });
  }
}
