// Reads all objects of the broker in eight requests, however many there are.
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import { allKinds } from '../topology/kinds/kinds.ts';
import type { Live, LiveObject, Vhost } from '../topology/live.ts';
import type { Kind } from '../topology/object.ts';
import { endpoints } from '../topology/client-differences.ts';
import { isWithin } from '../topology/versions.ts';
import type { Client } from './client.ts';
import type { QueueCounts } from './counts.ts';
import { forgo } from './forgo.ts';
import {
  readBindings,
  readConsumers,
  readDeprecated,
  readExchanges,
  readOverview,
  readPolicies,
  readVhosts,
  type Overview,
  type VhostRow,
} from './lists.ts';
import {
  countConsumers,
  normalizeBindings,
  normalizeExchanges,
  normalizePolicies,
  normalizeQueues,
} from './live.ts';
import { countParameters, type ParameterCounts } from './other-kinds.ts';

/**
 * Reads the given vhosts, or all if none is given. Leaves out vhosts that don't exist or can't be
 * read.
 */
export async function readSnapshot(
  client: Client,
  counts: QueueCounts,
  wanted?: ReadonlySet<string>,
): Promise<Live> {
  const only = wanted?.size === 1 ? [...wanted][0] : undefined;
  const reading = readObjects({ client, counts, vhost: only });
  // Also refused if the only vhost is invisible, which shows below.
  reading.catch(() => undefined);
  const policing = readPolicies(client, only).then(normalizePolicies, forgo);
  policing.catch(() => undefined);
  const counting = countParameters(client);
  counting.catch(() => undefined);
  const [overview, rows] = await Promise.all([readOverview(client), readVhosts(client)]);
  const denying = readDenied(client, overview);
  denying.catch(() => undefined);
  const sound = rows.filter(hasName);
  const seen = sound.filter(({ name }) => wanted?.has(name) ?? true);
  const vhosts = new Map(seen.map((row) => [row.name, toVhost(row, overview)]));
  const broker = {
    user: client.user,
    place: client.place,
    version: overview.rabbitmq_version,
    denied: await denying,
    cluster_name: overview.cluster_name,
    exchange_types: new Set(overview.exchange_types.map(({ name }) => name)),
    vhosts: new Set(sound.map(({ name }) => name)),
    odd_vhosts: rows.filter((row) => !hasName(row)).map(({ name }) => name),
  };
  const objects = new Map<Address, LiveObject>();
  for (const object of vhosts.size === 0 ? [] : await reading) {
    if (vhosts.has(object.vhost)) objects.set(addressOf(object), object);
  }
  const policies = vhosts.size === 0 ? [] : await policing;
  return {
    broker,
    vhosts,
    objects,
    policies: policies?.filter(({ vhost }) => vhosts.has(vhost)),
    parameters: sumOf(await counting, vhosts),
  };
}

/** Undefined if the version doesn't say what it denies. */
async function readDenied(
  client: Client,
  { rabbitmq_version: version }: Overview,
): Promise<ReadonlySet<string> | undefined> {
  if (!isWithin(version, endpoints['deprecated-features'])) return undefined;
  const rows = await readDeprecated(client).catch(forgo);
  if (rows?.every(({ state }) => typeof state === 'string') !== true) return undefined;
  return new Set(rows.filter(({ state }) => state === 'denied').map(({ name }) => name));
}

interface Read {
  readonly client: Client;
  readonly counts: QueueCounts;
  /** Undefined for all vhosts. */
  readonly vhost: string | undefined;
}

const lists: Readonly<Record<Kind, (read: Read) => Promise<readonly LiveObject[]>>> = {
  exchange: ({ client, vhost }) => readExchanges(client, vhost).then(normalizeExchanges),
  queue: ({ client, counts, vhost }) => {
    const counting = readConsumers(client, vhost).then(countConsumers, forgo);
    return Promise.all([counts.readRows(vhost), counting]).then(normalizeQueues);
  },
  binding: ({ client, vhost }) => readBindings(client, vhost).then(normalizeBindings),
};

async function readObjects(read: Read): Promise<LiveObject[]> {
  return (await Promise.all(allKinds.map((kind) => lists[kind](read)))).flat();
}

function sumOf(
  counts: ParameterCounts | undefined,
  vhosts: ReadonlyMap<string, unknown>,
): Map<string, number> | undefined {
  if (counts === undefined) return undefined;
  const sum = new Map<string, number>();
  for (const [vhost, kinds] of counts) {
    for (const [kind, count] of vhosts.has(vhost) ? kinds : [])
      sum.set(kind, (sum.get(kind) ?? 0) + count);
  }
  return sum;
}

type NamedRow = VhostRow & { readonly name: string };

function hasName(row: VhostRow): row is NamedRow {
  return typeof row.name === 'string';
}

function toVhost(row: NamedRow, overview: Overview): Vhost {
  const type = known(row.default_queue_type) ?? known(overview.default_queue_type) ?? 'classic';
  return { name: row.name, default_queue_type: type };
}

/** 3.10 says the word undefined for no value. */
function known(type: unknown): string | undefined {
  return typeof type === 'string' && type !== 'undefined' ? type : undefined;
}
