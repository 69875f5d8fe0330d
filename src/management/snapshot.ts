// Reads the objects of the broker in eight to sixteen requests, however many there are.
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { Also } from '../reconcile/broker.ts';
import type { Identity } from '../reconcile/expected.ts';
import { matchesGlob } from '../topology/glob.ts';
import { declaredBy } from '../topology/kinds/declared-by.ts';
import type { Live, LiveObject, LiveRouting, VhostSeen } from '../topology/live.ts';
import {
  isRouting,
  routingKinds,
  type Kind,
  type RoutingObject,
  type Setting,
} from '../topology/object.ts';
import { endpoints } from '../topology/client-differences.ts';
import { isWithin } from '../topology/versions.ts';
import type { Client } from './client.ts';
import type { QueueCounts } from './counts.ts';
import { forgo } from './forgo.ts';
import { findLeaderless } from './leaderless.ts';
import {
  readBindings,
  readConsumers,
  readDeprecated,
  readExchanges,
  readOverview,
  readVhosts,
  type Overview,
  type VhostRow,
} from './lists.ts';
import { countConsumers, normalizeBindings, normalizeExchanges, normalizeQueues } from './live.ts';
import { readPlugins } from './plugins.ts';
import { readSettings, readVhostsWhole } from './settings.ts';

export async function readIdentity(client: Client): Promise<Identity> {
  const [overview, rows] = await Promise.all([readOverview(client), readVhosts(client)]);
  return {
    version: overview.rabbitmq_version,
    cluster_name: overview.cluster_name,
    vhosts: new Set(rows.filter(hasName).map(({ name }) => name)),
  };
}

/**
 * Reads the given vhosts, or all if none is given. Leaves out vhosts that don't exist or can't be
 * read. `ahead`: returns the objects of a vhost that are being read already.
 */
export async function readSnapshot(
  client: Client,
  counts: QueueCounts,
  wanted?: ReadonlySet<string>,
  also: Also = { kinds: new Set(), vhosts: [] },
  ahead: (vhost: string) => Promise<readonly LiveRouting[]> | undefined = () => undefined,
): Promise<Live> {
  const only = wanted?.size === 1 && also.vhosts.length === 0 ? [...wanted][0] : undefined;
  const read = () => readObjects({ client, counts, vhost: only });
  const begun = only === undefined ? undefined : ahead(only);
  const reading = begun?.catch(read) ?? read();
  // Also refused if the only vhost is invisible, which shows below.
  reading.catch(() => undefined);
  const setting = readEach(client, [...always, ...also.kinds]);
  setting.catch(() => undefined);
  const [overview, rows] = await Promise.all([readOverview(client), readVhosts(client)]);
  const denying = readDenied(client, overview);
  denying.catch(() => undefined);
  const sound = rows.filter(hasName);
  const isWanted = ({ name }: NamedRow): boolean =>
    wanted === undefined || wanted.has(name) || also.vhosts.some((glob) => matchesGlob(glob, name));
  const seen = sound.filter(isWanted);
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
  for (const one of await findLeaderless(client, broker.version, objects.values()))
    objects.set(addressOf(one), { ...one, leaderless: true });
  const { settings, unread } = await setting;
  for (const one of settings) {
    if (one.vhost === null || vhosts.has(one.vhost)) objects.set(addressOf(one), one);
  }
  const policies = unread.has('policy') ? undefined : policiesIn(objects);
  const plugins = await readPlugins(client, also.pluginsFor?.(objects));
  return { broker: { ...broker, ...plugins }, vhosts, objects, policies, unread };
}

const policiesIn = (objects: ReadonlyMap<Address, LiveObject>) =>
  [...objects.values()].filter((object) => object.kind === 'policy');

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

type RoutingKind = RoutingObject['kind'];

const lists: Readonly<Record<RoutingKind, (read: Read) => Promise<readonly LiveRouting[]>>> = {
  exchange: ({ client, vhost }) => readExchanges(client, vhost).then(normalizeExchanges),
  queue: ({ client, counts, vhost }) => {
    const counting = readConsumers(client, vhost).then(countConsumers, forgo);
    return Promise.all([counts.readRows(vhost), counting]).then(normalizeQueues);
  },
  binding: ({ client, vhost }) => readBindings(client, vhost).then(normalizeBindings),
};

export async function readObjects(read: Read): Promise<readonly LiveRouting[]> {
  return (await Promise.all(routingKinds.map((kind) => lists[kind](read)))).flat();
}

type SettingKind = Setting['kind'];

/** Read for every plan; other kinds only if they are needed. */
const always = ['policy', 'operator_policy', 'parameter'] as const satisfies readonly SettingKind[];

interface Settings {
  readonly settings: readonly Setting[];
  readonly unread: ReadonlySet<Kind>;
}

/** Reads those of all vhosts, as a vhost may not exist yet. */
async function readEach(client: Client, wanted: readonly Kind[]): Promise<Settings> {
  const unread = new Set<Kind>();
  const chosen = [...new Set(wanted)].filter((kind) => isSettingKind(kind));
  const parameters = readParameters(client);
  parameters.catch(() => undefined);
  const read = async (kind: SettingKind): Promise<readonly Setting[]> => {
    const found = await readKind(client, kind, parameters).catch(forgo);
    if (found === undefined) unread.add(kind);
    return found ?? [];
  };
  return { settings: (await Promise.all(chosen.map(read))).flat(), unread };
}

const isSettingKind = (kind: Kind): kind is SettingKind => !isRouting({ kind });

/** `parameters`: operator policies are among them. */
async function readKind(
  client: Client,
  kind: SettingKind,
  parameters: Promise<readonly Setting[]>,
): Promise<readonly Setting[]> {
  if (kind === 'parameter') return ofKind(kind, await parameters);
  if (kind === 'operator_policy') {
    // Users who may not read parameters may read these.
    const found = (await parameters.catch(forgo)) ?? (await readSettings(client, kind));
    return ofKind(kind, found);
  }
  return kind === 'vhost' ? readVhostsWhole(client) : readSettings(client, kind);
}

const ofKind = (kind: Kind, settings: readonly Setting[]) =>
  settings.filter((one) => one.kind === kind);

async function readParameters(client: Client): Promise<readonly Setting[]> {
  return (await readSettings(client, 'parameter')).map(declaredBy);
}

type NamedRow = VhostRow & { readonly name: string };

function hasName(row: VhostRow): row is NamedRow {
  return typeof row.name === 'string';
}

function toVhost(row: NamedRow, overview: Overview): VhostSeen {
  const type = known(row.default_queue_type) ?? known(overview.default_queue_type) ?? 'classic';
  return { name: row.name, default_queue_type: type };
}

/** 3.10 says the word undefined for no value. */
function known(type: unknown): string | undefined {
  return typeof type === 'string' && type !== 'undefined' ? type : undefined;
}
