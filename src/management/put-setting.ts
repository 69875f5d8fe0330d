// Creates, changes and deletes the objects that a PUT changes in place.
import { setTimeout as sleep } from 'node:timers/promises';
import { ChangedSince, Forbidden } from '../reconcile/broker.ts';
import { disconnectFlag, openOf, type Connectable } from '../reconcile/guard-connections.ts';
import { encode } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import { addressOf } from '../topology/identity.ts';
import { filledFrom, isEqual, isSame } from '../topology/normal-form.ts';
import { isAnyPolicy, type Setting, type TopicPermission, type Vhost } from '../topology/object.ts';
import { writesOf } from '../topology/overflow-first.ts';
import { canonical, type Table } from '../topology/value.ts';
import type { Client } from './client.ts';
import { readConnections } from './connections.ts';
import { forgo } from './forgo.ts';
import { readQueues } from './lists.ts';
import { callsOf, lookAtSetting, pathOfSetting, readSettings } from './settings.ts';
import { Unseen } from './stays.ts';

/** Throws ChangedSince if another object of this address exists. */
export async function createSetting(client: Client, object: Setting): Promise<void> {
  const look = await lookAtSetting(client, object);
  if (look.kind !== 'there') return put(client, object, undefined);
  if (!isEqual(look.object, object)) throw new ChangedSince(object);
  await put(client, filledFrom(object, look.object), look.object);
}

/** Throws ChangedSince if the object is no longer `before`. */
export async function updateSetting(
  client: Client,
  before: Setting,
  after: Setting,
): Promise<void> {
  const found = await readAsPlanned(client, before);
  // Creating the user again would lose its password, which only the broker holds.
  if (found === undefined && after.kind === 'user') throw new ChangedSince(before);
  await put(client, filledFrom(after, found ?? before), found ?? before);
}

/** Succeeds if it is already gone. Throws ChangedSince. */
export async function removeSetting(
  client: Client,
  object: Setting,
  { mayDisconnect }: { readonly mayDisconnect: boolean },
): Promise<void> {
  if ((await readAsPlanned(client, object)) === undefined) return;
  if (object.kind === 'vhost') await assertEmpty(client, object);
  if (object.kind === 'topic_permission') await assertAlone(client, object);
  const mayBeConnected = object.kind === 'user' || object.kind === 'vhost';
  if (mayBeConnected && !mayDisconnect) await assertNotConnected(client, object);
  await client.delete(addressOf(object));
}

/** Undefined if it is gone. */
async function readAsPlanned(client: Client, object: Setting): Promise<Setting | undefined> {
  const look = await lookAtSetting(client, object);
  if (look.kind === 'unknown') throw new Unseen(object, look.why);
  if (look.kind === 'gone') return undefined;
  const { object: found } = look;
  if (!isSame(found, object)) throw new ChangedSince(object);
  return found;
}

/** A vhost takes its queues along, whatever they hold. */
async function assertEmpty(client: Client, vhost: Vhost): Promise<void> {
  const queues = await readQueues(client, vhost.name);
  if (queues.length === 0) return;
  const message = `${addressOf(vhost)} stays: it holds ${plural(queues.length, 'queue')}`;
  throw new Forbidden(message, { hint: 'plan again: they are new, or could not be deleted' });
}

/** Without an exchange in its path, the request deletes all topic permissions of the user. */
async function assertAlone(client: Client, object: TopicPermission): Promise<void> {
  const { vhost, user, exchange } = object;
  if (exchange !== '') return;
  const all = await readSettings(client, 'topic_permission');
  const others = all.filter((one) => one.vhost === vhost && one.user === user).length - 1;
  if (others === 0) return;
  const message = `${addressOf(object)} stays: RabbitMQ would delete the user's ${plural(others, 'other topic permission')} in the vhost, too`;
  throw new Forbidden(message, { hint: 'delete those first, or name the exchanges one by one' });
}

/** Connections that have just been closed are listed a moment longer. */
const listed = { looks: 4, pause: 500 };

/** A user and a vhost take their connections along. */
async function assertNotConnected(client: Client, object: Connectable): Promise<void> {
  for (let looks = listed.looks; ; looks--) {
    const connected = await readConnections(client).catch(forgo);
    const open = connected === undefined ? undefined : openOf(object, connected);
    if (open === 0) return;
    if (open === undefined || looks === 1) throw toConnected(object, open);
    await sleep(listed.pause);
  }
}

function toConnected(object: Connectable, open: number | undefined): Forbidden {
  const address = addressOf(object);
  const why =
    open === undefined
      ? 'the broker does not list its connections'
      : `it has ${plural(open, 'open connection')}`;
  return new Forbidden(`${address} stays: ${why}`, { hint: disconnectFlag(address) });
}

async function put(client: Client, after: Setting, before: Setting | undefined): Promise<void> {
  const bodyOf = (one: Setting) => callsOf(one).bodyOf(one);
  const isThere = before !== undefined && isSameBody(bodyOf(after), bodyOf(before));
  for (const [n, next] of isThere ? [] : stagesOf(after, before).entries()) {
    if (n > 0) await sleep(settling);
    await client.write('PUT', pathOfSetting(next), bodyOf(next), () => isDone(client, next));
  }
  if (after.kind === 'vhost' || after.kind === 'user') await putLimits(client, after, before);
  if (after.kind === 'vhost') await protect(client, after, before);
}

/** RabbitMQ tells queues of a policy after it has answered, and a busy one takes a moment. */
const settling = 500;

const stagesOf = (after: Setting, before: Setting | undefined): Setting[] =>
  isAnyPolicy(after) ? writesOf(isAnyPolicy(before) ? before : undefined, after) : [after];

const isSameBody = (a: object, b: object): boolean => canonical(a) === canonical(b);

async function isDone(client: Client, object: Setting): Promise<boolean> {
  const look = await lookAtSetting(client, object);
  if (look.kind !== 'there') return false;
  const bodyOf = (one: Setting) => callsOf(one).bodyOf(one);
  return isSameBody(bodyOf(look.object), bodyOf(filledFrom(object, look.object)));
}

const none: Table = new Map();

/** Each limit has a request of its own. */
async function putLimits(
  client: Client,
  after: Extract<Setting, { limits?: unknown }>,
  before: Setting | undefined,
): Promise<void> {
  if (after.limits === undefined) return;
  const held = before?.kind === after.kind ? (before.limits ?? none) : none;
  const path = `${after.kind}-limits/${encode(after.name)}`;
  for (const [name, value] of after.limits) {
    if (held.has(name) && canonical(held.get(name)) === canonical(value)) continue;
    await client.write('PUT', `${path}/${encode(name)}`, { value });
  }
  for (const name of held.keys()) {
    if (!after.limits.has(name)) await client.delete(`${path}/${encode(name)}`);
  }
}

/** The PUT of a vhost leaves its protection as it is. */
async function protect(client: Client, after: Vhost, before: Setting | undefined): Promise<void> {
  const held = before?.kind === 'vhost' && before.protected_from_deletion === true;
  const wanted = after.protected_from_deletion ?? held;
  const path = `${addressOf(after)}/deletion/protection`;
  if (wanted && !held) await client.write('POST', path, {});
  if (held && !wanted) await client.delete(path);
}
