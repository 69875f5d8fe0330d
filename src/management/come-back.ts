// Tries whether bindings can be put back before they are deleted. Arguments may have types that the
// management API doesn't show (void, 8 to 32 bits, float, timestamp, bytes): bound again as shown,
// they make a second binding beside the first.
import { AmqpError } from '../amqp/amqp-error.ts';
import { renderBind } from '../amqp/frames.ts';
import { rehearseBinds } from '../amqp/rehearse.ts';
import { NotInAmqp } from '../amqp/table.ts';
import type { PlannedBindings } from '../reconcile/planned-bindings.ts';
import { plural } from '../topology/count.ts';
import type { LiveBinding } from '../topology/live.ts';
import type { Binding, Exchange, Queue } from '../topology/object.ts';
import { looksOf, readAttached, type Attached } from './attached.ts';
import type { Client } from './client.ts';
import { deleteBinding } from './delete.ts';
import type { DepthSources } from './depth.ts';
import { putBinding } from './put.ts';
import { Stays } from './stays.ts';

interface Planned {
  readonly before: Exchange | Queue;
  readonly planned: PlannedBindings;
}

/** `attached`: the bindings found. Throws Stays if a binding could not be put back as it is. */
export async function assertAllComeBack(
  client: Client,
  sources: DepthSources,
  { before, planned }: Planned,
  attached: Attached,
): Promise<void> {
  const typed = planned.staying.filter(
    (binding) => binding.arguments.size > 0 && attached.has(looksOf(binding)),
  );
  if (typed.length === 0) return;
  let twins: LiveBinding[][];
  try {
    await bindAgain(client, sources, before, typed);
  } finally {
    twins = await readTwins(client, before, typed);
    await deleteCopies(client, twins.flat(), attached);
  }
  if (twins.length > 0) throw toStays(before, twins);
}

/** Finds bindings that are there more than once by now, though they look the same. */
async function readTwins(
  client: Client,
  before: Exchange | Queue,
  typed: readonly Binding[],
): Promise<LiveBinding[][]> {
  const attached = await readAttached(client, before);
  const looks = new Set(typed.map(looksOf));
  return [...looks].map((one) => [...(attached.get(one) ?? [])]).filter(({ length }) => length > 1);
}

async function deleteCopies(
  client: Client,
  twins: readonly LiveBinding[],
  attached: Attached,
): Promise<void> {
  const copies = twins.filter((twin) => {
    const first = attached.get(looksOf(twin)) ?? [];
    return !first.some(({ properties_key: key }) => key === twin.properties_key);
  });
  await Promise.all(copies.map((copy) => deleteBinding(client, copy)));
}

async function bindAgain(
  client: Client,
  sources: DepthSources,
  object: Exchange | Queue,
  bindings: readonly Binding[],
): Promise<void> {
  const refusal = await bindOverAmqp(sources, object, bindings);
  if (refusal === 'unreached') return bindOverHttp(client, bindings);
  if (refusal !== undefined) throw refusal;
}

async function bindOverAmqp(
  { amqp }: DepthSources,
  object: Exchange | Queue,
  bindings: readonly Binding[],
): Promise<AmqpError | 'unreached' | undefined> {
  try {
    const binds = bindings.map(renderBind);
    const refusal = await amqp.withChannel(object.vhost, (channel) =>
      rehearseBinds(channel, object, binds),
    );
    return refusal !== undefined && refusal.code === undefined ? 'unreached' : refusal;
  } catch (error) {
    if (error instanceof AmqpError || error instanceof NotInAmqp) return 'unreached';
    throw error;
  }
}

/** Waits for all answers, even after a refusal. */
async function bindOverHttp(client: Client, bindings: readonly Binding[]): Promise<void> {
  const bound = await Promise.allSettled(bindings.map((one) => putBinding(client, one)));
  const refused = bound.find(({ status }) => status === 'rejected');
  if (refused !== undefined && 'reason' in refused) throw refused.reason;
}

function toStays(object: Exchange | Queue, twins: readonly LiveBinding[][]): Stays {
  const ways = twins.flatMap(([one]) => (one ? [`${one.source} → ${one.destination}`] : []));
  const named = [...new Set(ways)].slice(0, 3).join(', ');
  const [have, they, are] = twins.length === 1 ? ['has', 'it', 'is'] : ['have', 'they', 'are'];
  const what = `${plural(twins.length, 'binding')} (${named}) ${have} arguments of types that the management API does not show`;
  const hint = 'have its owner unbind it first and bind it again afterwards, over AMQP';
  return new Stays(object, `${what}, so ${they} could not be put back as ${they} ${are}`, hint);
}
