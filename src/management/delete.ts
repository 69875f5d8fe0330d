// Deletes one object; a queue only if nothing is lost that must not be.
import { AmqpError } from '../amqp/amqp-error.ts';
import type { Purpose } from '../amqp/connections.ts';
import { deleteQueue as deleteOverAmqp, type OnlyIf } from '../amqp/delete.ts';
import type { Consent, Depth } from '../reconcile/broker.ts';
import type { Loss } from '../reconcile/loss.ts';
import { forgetting } from '../reconcile/replicas.ts';
import { grant, type Grantee } from '../topology/grant.ts';
import type { LiveBinding } from '../topology/live.ts';
import { type Exchange, type Queue, isExchange } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import type { OverHttp } from './amqp-writes.ts';
import { BrokerError } from './broker-error.ts';
import type { Client } from './client.ts';
import type { DepthSources } from './depth.ts';
import { assertMayGo, toWouldLose } from './may-go.ts';
import { pathOfBinding, pathOfNamed } from './path.ts';
import { isCareful, limitOf, tooMany, toReceipt, type CarefulConsent } from './receipt.ts';

/**
 * Conditions that the broker checks in the instant of the delete, over AMQP and over HTTP. In HTTP
 * the value must be literally `true`: RabbitMQ ignores any other spelling.
 */
const conditions: Readonly<Record<CarefulConsent, Conditions>> = {
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
};
const unconditional: Conditions = {
  onlyIf: { ifEmpty: false, ifUnused: false },
  query: '',
  purpose: 'shared',
};

const conditionOf = (consent: Consent): Conditions =>
  isCareful(consent) ? conditions[consent] : unconditional;

interface Conditions {
  readonly onlyIf: OnlyIf;
  readonly query: string;
  readonly purpose: Purpose;
}

export const pathOfLive = (binding: LiveBinding): string =>
  pathOfBinding(binding, binding.properties_key);

export async function deleteBinding(client: Client, binding: LiveBinding): Promise<void> {
  await client.delete(pathOfLive(binding));
}

/** Deletes over HTTP what AMQP did not, or may not have. */
export const deletionOf = (client: Client, path: string): OverHttp => ({
  write: () => client.delete(path),
  // By now another delete could hit an object that somebody has just made.
  async writeAgain(cut) {
    if (!(await client.isGone(path))) throw cut;
  },
});

export async function deleteObject(
  client: Client,
  sources: DepthSources,
  object: Exchange | Queue,
  consent: Consent,
  what: 'deleted' | 'replaced' = 'deleted',
): Promise<Loss | undefined> {
  if (isExchange(object)) {
    await client.delete(pathOfNamed(object));
    return undefined;
  }
  const before = await assertMayGo(sources, object, consent);
  const isCounted = isCareful(consent) && object.type === 'quorum';
  const counted = isCounted
    ? await deleteQuorum(sources, object)
    : await deleteQueue(client, sources, object, { consent, before });
  return toReceipt(object, what, consent, { before, counted });
}

interface Agreed {
  readonly consent: Consent;
  readonly before: Depth;
}

/** Returns how many ready messages were deleted; undefined if not counted. */
async function deleteQueue(
  client: Client,
  sources: DepthSources,
  queue: Queue,
  agreed: Agreed,
): Promise<number | undefined> {
  try {
    const deleted = await deleteQueueOverAmqp(client, sources, queue, agreed);
    if (deleted !== 'not-deleted') return deleted;
    await client.delete(pathOfNamed(queue) + conditionOf(agreed.consent).query);
    return undefined;
  } catch (error) {
    if (isConditionUnmet(error)) throw await toWouldLose(sources, queue);
    throw isUnknownStream(error) ? toHalfDeleted(error, queue) : error;
  }
}

/** After 30 s: the coordinator of streams doesn't know it, or has no majority. */
const isUnknownStream = (error: unknown): error is BrokerError =>
  error instanceof BrokerError && error.reason?.includes('coordinator_unavailable') === true;

const toHalfDeleted = (error: BrokerError, stream: Queue): ExpectedError =>
  new ExpectedError(error.message, {
    hint: `if an earlier delete of it was cut off, it holds nothing: ${forgetting(stream)}`,
    cause: error,
  });

/**
 * Returns 'not-deleted' if nothing was sent, or if nothing was done for a reason that the
 * management API words better.
 */
async function deleteQueueOverAmqp(
  client: Client,
  { amqp }: DepthSources,
  queue: Queue,
  { consent, before }: Agreed,
): Promise<number | 'not-deleted' | undefined> {
  const { vhost, name } = queue;
  const { onlyIf, purpose } = conditionOf(consent);
  const deleted = await amqp
    .withChannel(
      vhost,
      (channel) => deleteOverAmqp(channel, name, onlyIf, limitOf(consent)),
      purpose,
    )
    .catch(ignoreUnreached);
  if (deleted === undefined) return 'not-deleted';
  if (deleted.kind === 'deleted') return deleted.lost;
  if (deleted.kind === 'too-many') throw tooMany(queue, consent, before, deleted.ready);
  const { kind, error } = deleted;
  if (isConditionUnmet(error)) throw error;
  if (error.code !== undefined) return 'not-deleted';
  if (await client.isGone(pathOfNamed(queue))) return undefined;
  // The disturbance is over: try again, with the conditions.
  if (kind === 'disturbed') return 'not-deleted';
  throw error;
}

function ignoreUnreached(error: unknown): undefined {
  if (!(error instanceof AmqpError)) throw error;
}

/** The condition is not met, or the queue's type supports none. */
export function isConditionUnmet(error: unknown): boolean {
  const told = error instanceof BrokerError || error instanceof AmqpError;
  return told && / (not empty|in use)$|flag set are not supported by/.test(error.reason ?? '');
}

/** Uses AMQP only: its answer tells whether a message arrived after the last look. */
async function deleteQuorum({ amqp }: DepthSources, queue: Queue): Promise<number> {
  const { vhost, name } = queue;
  const deleted = await amqp.withChannel(vhost, (channel) => deleteOverAmqp(channel, name));
  if (deleted.kind === 'refused' || deleted.kind === 'disturbed') {
    throw deleted.error.code === 403
      ? lackingRight(queue, deleted.error, amqp.user)
      : deleted.error;
  }
  return deleted.kind === 'deleted' ? deleted.lost : 0;
}

function lackingRight(
  { vhost, name }: Queue,
  { reason, code }: AmqpError,
  user: Grantee,
): AmqpError {
  const hint = grant(user, vhost, { configure: [name] });
  return new AmqpError(reason, { hint, ...(code !== undefined && { code }) });
}
