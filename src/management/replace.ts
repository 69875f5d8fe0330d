// Deletes an exchange or a queue and declares it anew with its bindings: over AMQP in one go where it can be
// reached, else over HTTP, request by request.
import { setTimeout as sleep } from 'node:timers/promises';
import { AmqpError } from '../amqp/amqp-error.ts';
import type { OnlyIf } from '../amqp/delete.ts';
import { replaceAtOnce, type Replaced } from '../amqp/replace.ts';
import { NotInAmqp } from '../amqp/table.ts';
import { NotReplaced, type Consent } from '../reconcile/broker.ts';
import type { PlannedBindings } from '../reconcile/planned-bindings.ts';
import type { Binding, Exchange, Queue } from '../topology/object.ts';
import { BrokerError } from './broker-error.ts';
import type { Client } from './client.ts';
import { assertAllComeBack } from './come-back.ts';
import { deleteObject, MessagesLost } from './delete.ts';
import type { DepthSources } from './depth.ts';
import { assertMayGo, toWouldLose } from './may-go.ts';
import { putBinding } from './put.ts';
import { pathOfNamed } from './path.ts';
import { rebuild } from './rebuild.ts';
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
): Promise<void> {
  const { before, consent } = replacement;
  await rehearseDeclarations(client, sources, replacement);
  if (before.kind === 'queue') await assertMayGo(sources, before, consent);
  const attached = await assertAllPlanned(client, replacement);
  await assertAllComeBack(client, sources, replacement, attached);
  const replaced = await replaceOverAmqp(sources, replacement);
  if (replaced === undefined) return replaceOverHttp(client, sources, replacement);
  if (replaced.kind === 'untouched' && replaced.error.code !== notFound) {
    throw await toRefusal(sources, before, replaced.error);
  }
  // Not found is gone already: with the last binding of an auto_delete exchange, or in a run that was cut short.
  if (replaced.kind !== 'replaced')
    await repair(client.firm(), sources, replacement, replaced.error);
  if (replaced.kind === 'untouched') return;
  if (replaced.lost > 0 && consent !== 'lose-messages' && before.kind === 'queue') {
    throw new MessagesLost(before, replaced.lost);
  }
}

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
      replaceAtOnce(channel, after, bindings, conditionsOf(before, consent)),
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
    ifEmpty: guarded && consent !== 'lose-messages',
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
): Promise<void> {
  // What would be refused later is refused here, while nothing is deleted yet.
  await Promise.all(bindings.map((binding) => putBinding(client, binding))).catch(ignoreNotFound);
  // From here on nothing may stop it half-way.
  const firm = client.firm();
  try {
    await deleteObject(firm, sources, before, consent);
  } catch (error) {
    if (await isThere(firm, before, error, sources.waits)) throw error;
    await rebuild(firm, before, after, bindings);
    if (error instanceof MessagesLost) throw error;
    return;
  }
  await rebuild(firm, before, after, bindings);
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
