// Reads how clients use queues, and on how many nodes: what matters to quorum queues.
import type { Address } from '../topology/address.ts';
import { addressOfNamed } from '../topology/address.ts';
import type { QueueUse } from '../topology/quorum-fit.ts';
import type { Client } from './client.ts';
import { forgo } from './forgo.ts';
import { anything, maybe, object, parseRows, text } from './shape.ts';

export interface Uses {
  /** Undefined if the user may not read consumers. */
  readonly uses: ReadonlyMap<Address, QueueUse> | undefined;
  /** Undefined if the user may not read nodes. */
  readonly nodes: number | undefined;
}

interface ConsumerRow {
  readonly queue: { readonly name?: unknown; readonly vhost?: unknown };
  readonly exclusive?: unknown;
  /** [] for a channel that has just closed. */
  readonly channel_details?: { readonly name?: unknown } | null;
}

interface ChannelRow {
  readonly name?: string | null;
  /** 4.x does not say it. */
  readonly global_prefetch_count?: unknown;
}

const parseConsumers = parseRows<ConsumerRow>({
  queue: object,
  exclusive: anything,
  channel_details: maybe(object),
});
const parseChannels = parseRows<ChannelRow>({ name: maybe(text), global_prefetch_count: anything });
const parseNodes = parseRows<{ name: string }>({ name: text });

/** Up to 5 s old. Users without the tag monitoring see only their own channels. */
export async function readUses(client: Client): Promise<Uses> {
  const columns = 'name,global_prefetch_count';
  const [consumers, channels, nodes] = await Promise.all([
    client.readList('consumers', parseConsumers).catch(forgo),
    client.readList(`channels?columns=${columns}`, parseChannels).catch(forgo),
    client.readList('nodes?columns=name', parseNodes).catch(forgo),
  ]);
  const limited = (channels ?? []).filter((row) => Number(row.global_prefetch_count) > 0);
  const names = new Set<unknown>(limited.map(({ name }) => name));
  return { uses: consumers && usesOf(consumers, names), nodes: nodes?.length };
}

/** `limited`: the channels that have a prefetch of their own. */
function usesOf(
  rows: readonly ConsumerRow[],
  limited: ReadonlySet<unknown>,
): Map<Address, QueueUse> {
  const uses = new Map<Address, QueueUse>();
  for (const { queue, exclusive, channel_details: channel } of rows) {
    const address = addressOfNamed('queue', String(queue.vhost), String(queue.name));
    const { exclusive: others, globalPrefetch } = uses.get(address) ?? none;
    uses.set(address, {
      exclusive: others + (exclusive === true ? 1 : 0),
      globalPrefetch: globalPrefetch + (limited.has(channel?.name) ? 1 : 0),
    });
  }
  return uses;
}

const none: QueueUse = { exclusive: 0, globalPrefetch: 0 };
