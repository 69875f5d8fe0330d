// Replaces bindings by others: over AMQP in one batch if it is in reach, else over HTTP, one by
// one.
import { AmqpError } from '../amqp/amqp-error.ts';
import { rebindAtOnce } from '../amqp/rebind.ts';
import { NotInAmqp } from '../amqp/table.ts';
import { NotReplaced } from '../reconcile/broker.ts';
import { plural } from '../topology/count.ts';
import { addressOf } from '../topology/identity.ts';
import type { LiveBinding } from '../topology/live.ts';
import type { Binding } from '../topology/object.ts';
import type { Client } from './client.ts';
import { deleteBinding } from './delete.ts';
import type { DepthSources } from './depth.ts';
import { putBack } from './rebuild.ts';

export async function rebind(
  client: Client,
  sources: DepthSources,
  unbind: readonly LiveBinding[],
  bind: readonly Binding[],
): Promise<void> {
  if (await isReboundOverAmqp(sources, unbind, bind)) return;
  // From here on nothing may stop it half-way.
  const firm = client.firm();
  const unbound = await Promise.allSettled(unbind.map((one) => deleteBinding(firm, one)));
  const refused = unbound.find(({ status }) => status === 'rejected');
  const missing = await putBack(firm, refused === undefined ? bind : [...unbind, ...bind]);
  if (missing.size === 0 && refused === undefined) return;
  if (missing.size > 0) await putBackOld(firm, unbind, bind, missing);
  if (refused?.status === 'rejected') throw refused.reason;
}

/** Old bindings are better than none. */
async function putBackOld(
  firm: Client,
  unbind: readonly LiveBinding[],
  bind: readonly Binding[],
  missing: ReadonlyMap<string, string>,
): Promise<never> {
  const [[address, why] = ['', '']] = missing;
  const gone = unbind.filter((old) => !bind.some((one) => addressOf(one) === addressOf(old)));
  const isNothingBound = missing.size === bind.length;
  const lost = isNothingBound ? await putBack(firm, gone) : new Map<string, string>();
  const stands =
    isNothingBound && lost.size === 0
      ? 'the old bindings are back'
      : `${plural(unbind.length, 'binding')} gone`;
  throw new NotReplaced(
    `${address} was refused: ${why}; ${stands}`,
    'correct it in the file, or remove the cause, then run topo apply again',
    missing,
  );
}

/**
 * Returns false if nothing was done, or perhaps nothing: HTTP can then do it all, as each step is
 * idempotent.
 */
async function isReboundOverAmqp(
  { amqp }: DepthSources,
  unbind: readonly LiveBinding[],
  bind: readonly Binding[],
): Promise<boolean> {
  const vhost = unbind[0]?.vhost;
  // Arguments may have types that the management API doesn't show: only its own key names such a
  // binding.
  if (vhost === undefined || unbind.some(({ arguments: args }) => args.size > 0)) return false;
  try {
    const rebound = await amqp.withChannel(vhost, (channel) => rebindAtOnce(channel, unbind, bind));
    return rebound.kind === 'rebound';
  } catch (error) {
    if (error instanceof AmqpError || error instanceof NotInAmqp) return false;
    throw error;
  }
}
