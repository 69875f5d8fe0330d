// Deletes an exchange or a queue and declares it anew with its bindings: over AMQP in one go where it can be
// reached, else over HTTP, request by request.
import { setTimeout as sleep } from 'node:timers/promises';
import { AmqpError } from '../amqp/amqp-error.ts';
import type { OnlyIf } from '../amqp/delete.ts';
import { replaceAtOnce, type Replaced } from '../amqp/replace.ts';
import { NotInAmqp } from '../amqp/table.ts';
import { NotReplaced, type Consent, type Depth } from '../reconcile/broker.ts';
import { MessagesLost, type Loss } from '../reconcile/loss.ts';
import type { PlannedBindings } from '../reconcile/planned-bindings.ts';
import type { Binding, Exchange, Queue } from '../topology/object.ts';
import { BrokerError } from './broker-error.ts';
import type { Client } from './client.ts';
import { assertAllComeBack } from './come-back.ts';
import { deleteObject } from './delete.ts';
import { nothing, type DepthSources } from './depth.ts';
import { assertMayGo, toWouldLose } from './may-go.ts';
import { putBinding } from './put.ts';
import { pathOfNamed } from './path.ts';
import { rebuild } from './rebuild.ts';
import { isCareful, limitOf, tooMany, toLoss, toReceipt } from './receipt.ts';
import { rehearseDeclarations } from './rehearse-declaration.ts';
import { assertAllPlanned } from './strangers.ts';
import type { Waits } from './waits.ts';
import { WouldLose } from './would-lose.ts';

const notFound = 404;

export interface Replacement {
  readonly before: Exchange | Queue;
  readonly after: Exchange | Queue;
  /** To be put back. */
  readonly bindings: readonly Binding[];
  readonly consent: Consent;
  readonly planned: PlannedBindings;
}

export async function replaceObject(
  client: Client,
  sources: DepthSources,
  replacement: Replacement,
): Promise<Loss | undefined> {
  const { before, consent } = replacement;
  await rehearseDeclarations(client, sources, replacement);
  const held = before.kind === 'queue' ? await assertMayGo(sources, before, consent) : nothing;
  const attached = await assertAllPlanned(client, replacement);
  await assertAllComeBack(client, sources, replacement, attached);
  const replaced = await replaceOverAmqp(sources, replacement);
  if (replaced === undefined) return replaceOverHttp(client, sources, replacement, held);
  if (replaced.kind === 'too-many' && before.kind === 'queue') {
    throw tooMany(before, consent, held, replaced.ready);
  }
  if (replaced.kind === 'untouched' && replaced.error.code !== notFound) {
    throw await toRefusal(sources, before, replaced.error);
  }
  // Not found is gone already: with the last binding of an auto_delete exchange, or in a run that was cut short.
  const counted = 'lost' in replaced ? replaced.lost : undefined;
  if ('error' in replaced) {
    const loss = counted === undefined ? undefined : toLoss({ before: held, counted });
    await repair(client.firm(), sources, replacement, replaced.error).catch(withLoss(loss));
  }
  if (replaced.kind === 'untouched' || before.kind === 'exchange') return undefined;
  return toReceipt(before, 'replaced', consent, { before: held, counted });
}

/** What was not put back, and beside it the messages that went. */
const withLoss =
  (loss: Loss | undefined) =>
  (error: unknown): never => {
    if (!(error instanceof NotReplaced) || loss === undefined) throw error;
    throw new NotReplaced(error.message, error.hint ?? '', error.lost, loss);
  };

async function repair(
  client: Client,
  { waits }: DepthSources,
  { before, after, bindings }: Replacement,
  { code }: AmqpError,
): Promise<void> {
  // Without a code the connection was lost, and the broker may still be working off what it got: even the delete.
  if (code === undefined) {
    await rebuild(client, before, after, bindings).catch(ignoreNotReplaced);
    await sleep(waits.settling);
  }
  await rebuild(client, before, after, bindings);
}

function ignoreNotReplaced(error: unknown): void {
  if (!(error instanceof NotReplaced)) throw error;
}

/** Undefined where AMQP can't be reached, or can't say it: nothing was done then. */
async function replaceOverAmqp(
  { amqp }: DepthSources,
  { before, after, bindings, consent }: Replacement,
): Promise<Replaced | undefined> {
  try {
    await amqp.connect(before.vhost);
    return await amqp.withChannel(before.vhost, (channel) =>
      replaceAtOnce(channel, after, bindings, conditionsOf(before, consent), limitOf(consent)),
    );
  } catch (error) {
    if (error instanceof AmqpError || error instanceof NotInAmqp) return undefined;
    throw error;
  }
}

/** Only classic queues know conditions. */
function conditionsOf(before: Exchange | Queue, consent: Consent): OnlyIf {
  const guarded = before.kind === 'queue' && before.type === 'classic';
  return {
    ifEmpty: guarded && isCareful(consent),
    ifUnused: guarded && consent === 'lose-nothing',
  };
}

async function toRefusal(
  sources: DepthSources,
  before: Exchange | Queue,
  error: AmqpError,
): Promise<Error> {
  // PRECONDITION_FAILED: not empty, or in use.
  const unmet = before.kind === 'queue' && error.code === 406;
  return unmet ? toWouldLose(sources, before) : error;
}

async function replaceOverHttp(
  client: Client,
  sources: DepthSources,
  { before, after, bindings, consent }: Replacement,
  held: Depth,
): Promise<Loss | undefined> {
  // What would be refused later is refused here, while nothing is deleted yet.
  await Promise.all(bindings.map((binding) => putBinding(client, binding))).catch(ignoreNotFound);
  // From here on nothing may stop it half-way.
  const firm = client.firm();
  let loss: Loss | undefined;
  try {
    loss = await deleteObject(firm, sources, before, consent, 'replaced');
  } catch (error) {
    if (await isThere(firm, before, error, sources.waits)) throw error;
    await rebuild(firm, before, after, bindings);
    if (error instanceof MessagesLost) throw error;
    const counts = { before: held, counted: undefined };
    return before.kind === 'queue' ? toReceipt(before, 'replaced', consent, counts) : undefined;
  }
  await rebuild(firm, before, after, bindings).catch(withLoss(loss));
  return loss;
}

/** Whether it is surely still there, although it was to be deleted. */
async function isThere(
  client: Client,
  object: Exchange | Queue,
  error: unknown,
  waits: Waits,
): Promise<boolean> {
  if (error instanceof MessagesLost) return false;
  const isRefused = error instanceof BrokerError && error.status !== undefined;
  if (isRefused || error instanceof WouldLose) return true;
  // The broker may still be working off what a lost connection had sent.
  await sleep(waits.settling);
  return (await client.findStatus(pathOfNamed(object))) === 200;
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof BrokerError) || error.status !== notFound) throw error;
}
