// Replaces request by request. If an answer proves nothing, declares again.
import { setTimeout as sleep } from 'node:timers/promises';
import { AmqpError } from '../amqp/amqp-error.ts';
import type { Depth } from '../reconcile/broker.ts';
import { MessagesLost, type Loss } from '../reconcile/loss.ts';
import { isQueue } from '../topology/object.ts';
import { isNotFound, isRefusal } from './broker-error.ts';
import type { Client } from './client.ts';
import { deleteObject } from './delete.ts';
import type { DepthSources } from './depth.ts';
import { putBinding } from './put.ts';
import { rebuild } from './rebuild.ts';
import { toReceipt, withLoss } from './receipt.ts';
import type { Replacement } from './replacement.ts';
import { lookLast, toVanished } from './strangers.ts';
import { WouldLose } from './would-lose.ts';

export async function replaceOverHttp(
  client: Client,
  sources: DepthSources,
  replacement: Replacement,
  held: Depth,
): Promise<{ readonly isGuarded: false; readonly loss: Loss | undefined }> {
  const { before, consent } = replacement;
  await rehearseBindings(client, replacement);
  await lookLast(client, replacement);
  // From here on nothing may stop it half-way.
  const firm = client.firm();
  let loss: Loss | undefined;
  try {
    loss = await deleteObject(firm, sources, before, consent, 'replaced');
  } catch (error) {
    if (isStillThere(error)) throw error;
    const doubt = error instanceof MessagesLost ? undefined : (error as Error);
    // The broker may still be working off what a lost connection or a gateway sent.
    if (doubt !== undefined) await sleep(sources.waits.settling);
    await rebuild(firm, replacement, doubt);
    if (doubt === undefined) throw error;
    const counts = { before: held, counted: undefined };
    if (isQueue(before)) loss = toReceipt(before, 'replaced', consent, counts);
    return { isGuarded: false, loss };
  }
  await rebuild(firm, replacement).catch(withLoss(loss));
  return { isGuarded: false, loss };
}

/** Makes the broker refuse bindings now, while nothing is deleted yet. */
async function rehearseBindings(client: Client, { before, bindings }: Replacement): Promise<void> {
  try {
    await Promise.all(bindings.map((binding) => putBinding(client, binding)));
  } catch (error) {
    throw isNotFound(error) ? toVanished(before, error as Error) : error;
  }
}

function isStillThere(error: unknown): boolean {
  if (error instanceof AmqpError) return error.code !== undefined;
  return isRefusal(error) || error instanceof WouldLose;
}
