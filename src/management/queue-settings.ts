// Reads the settings that apply to one queue: the broker joins its policies itself.
import { effectiveSettings } from '../topology/effective.ts';
import { tableOf } from '../topology/kinds/kind.ts';
import type { Queue } from '../topology/object.ts';
import { deliveryLimitOf } from '../topology/queue-notes.ts';
import type { Table } from '../topology/value.ts';
import type { Client } from './client.ts';
import { readOverview } from './lists.ts';
import { pathOfNamed } from './path.ts';
import { anything, parseRow } from './shape.ts';

const parse = parseRow<{ effective_policy_definition: unknown }>({
  effective_policy_definition: anything,
});

/** How often the queue takes a message back before it drops it; Infinity if always. */
export async function readDeliveryLimit(
  client: Client,
  queue: Queue,
  version: string,
): Promise<number> {
  if (queue.type !== 'quorum') return Infinity;
  return deliveryLimitOf(await readQueueSettings(client, queue), version);
}

export async function readQueueSettings(client: Client, queue: Queue): Promise<Table> {
  const [{ effective_policy_definition: joined }, { rabbitmq_version }] = await Promise.all([
    client.read(pathOfNamed(queue), parse),
    readOverview(client),
  ]);
  // Without a policy: null, or [].
  const definition = tableOf(Array.isArray(joined) ? {} : (joined ?? {}));
  return effectiveSettings(queue, { definition }, undefined, rabbitmq_version);
}
