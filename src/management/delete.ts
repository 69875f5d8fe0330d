// Deletes one object; a queue only on the condition that nothing goes with it that may not.
import { AmqpError } from '../amqp/amqp-error.ts';
import type { Purpose } from '../amqp/connections.ts';
import { deleteQueue as deleteOverAmqp, type OnlyIf } from '../amqp/delete.ts';
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

/**
 * What the broker is to check in the same instant, over AMQP and over HTTP. There the value must be literally true:
 * RabbitMQ ignores a condition that is written in any other way.
 */
const conditions: Readonly<Record<Consent, Conditions>> = {
  'lose-nothing': {
    onlyIf: { ifEmpty: true, ifUnused: true },
    query: '?if-empty=true&if-unused=true',
    purpose: 'conditional',
  },
  disconnect: {
    onlyIf: { ifEmpty: true, ifUnused: false },
    query: '?if-empty=true',
    purpose: 'conditional',
  },
  'lose-messages': {
    onlyIf: { ifEmpty: false, ifUnused: false },
    query: '',
    purpose: 'shared',
  },
};

interface Conditions {
  readonly onlyIf: OnlyIf;
  readonly query: string;
  readonly purpose: Purpose;
}

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
    if (await isDeletedOverAmqp(client, sources, queue, consent)) return;
    await client.delete(pathOfNamed(queue) + conditions[consent].query);
  } catch (error) {
    throw isConditionUnmet(error) ? await toWouldLose(sources, queue) : error;
  }
}

/** False where nothing was sent, or nothing done for a reason that the management API has better words for. */
async function isDeletedOverAmqp(
  client: Client,
  { amqp }: DepthSources,
  queue: Queue,
  consent: Consent,
): Promise<boolean> {
  const { vhost, name } = queue;
  const { onlyIf, purpose } = conditions[consent];
  const deleted = await amqp
    .withChannel(vhost, (channel) => deleteOverAmqp(channel, name, onlyIf), purpose)
    .catch(ignoreUnreached);
  if (deleted === undefined || deleted.kind === 'deleted') return deleted !== undefined;
  const { kind, error } = deleted;
  if (isConditionUnmet(error)) throw error;
  if (error.code !== undefined) return false;
  if (await client.isGone(pathOfNamed(queue))) return true;
  // What disturbed it is over, and the conditions are asked for again.
  if (kind === 'disturbed') return false;
  throw error;
}

function ignoreUnreached(error: unknown): undefined {
  if (!(error instanceof AmqpError)) throw error;
}

/** Unmet, or asked of a type that knows none. */
export function isConditionUnmet(error: unknown): boolean {
  const told = error instanceof BrokerError || error instanceof AmqpError;
  return told && / (not empty|in use)$|flag set are not supported by/.test(error.reason ?? '');
}

/** Over AMQP only, because the answer tells whether a message came in after the last look. */
async function deleteQuorum({ amqp }: DepthSources, queue: Queue): Promise<void> {
  const { vhost, name } = queue;
  const deleted = await amqp.withChannel(vhost, (channel) => deleteOverAmqp(channel, name));
  if (deleted.kind !== 'deleted') throw deleted.error;
  if (deleted.lost > 0) throw new MessagesLost(queue, deleted.lost);
}

/** What can't be prevented is at least said. */
export class MessagesLost extends ExpectedError {
  constructor(queue: Queue, lost: number) {
    const what = `${lost} messages that came in at the last moment`;
    const hint = 'stop its publishers before it is deleted';
    super(`${addressOf(queue)} is deleted, and with it ${what}`, { hint });
  }
}
