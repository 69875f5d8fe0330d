// A node of the test's own that is made as empty as a new one, again and again.
import { randomUUID } from 'node:crypto';
import { brokerOf, type Broker } from '../broker-of.ts';
import { api, takeNode } from '../broker.ts';
import { atEnd } from '../at-end.ts';
import { killNode } from '../erlang.ts';

const encode = encodeURIComponent;

/** Its only user is none that a definitions file has. */
export async function takeEmptyBroker(): Promise<Broker> {
  const node = await takeNode();
  // Others need the user that goes now.
  atEnd(() => killNode(node));
  const first = brokerOf(node);
  const [username, password] = [`owner-${randomUUID()}`, randomUUID()];
  const amqp = Object.assign(new URL(first.amqpUrl), { username, password });
  const owner = { ...first, amqpUrl: amqp.href, username, password };
  await api('PUT', `users/${username}`, { password, tags: 'administrator' }, first);
  await empty(owner);
  return owner;
}

interface Named {
  readonly name: string;
}

/** Deletes every vhost, user and global parameter, and makes the first vhost again. */
export async function empty(at: Broker): Promise<void> {
  for (const { name } of await list('users', at))
    if (name !== at.username) await api('DELETE', `users/${encode(name)}`, undefined, at);
  for (const { name } of await list('global-parameters', at))
    if (name !== 'internal_cluster_id')
      await api('DELETE', `global-parameters/${encode(name)}`, undefined, at);
  await renewVhosts(at);
}

async function renewVhosts(at: Broker): Promise<void> {
  for (const { name } of await list('vhosts', at)) await deleteVhost(name, at);
  // Without the description that a new broker's has: an import takes that away.
  await api('PUT', 'vhosts/%2F', {}, at);
}

const list = async (path: string, at: Broker) => (await api('GET', path, undefined, at)) as Named[];

async function deleteVhost(name: string, at: Broker): Promise<void> {
  const path = `vhosts/${encode(name)}`;
  const vhost = (await api('GET', path, undefined, at)) as { protected_from_deletion?: boolean };
  if (vhost.protected_from_deletion === true)
    await api('DELETE', `${path}/deletion/protection`, undefined, at);
  await deleteOddExchanges(encode(name), at);
  await api('DELETE', path, undefined, at);
}

/** 4.0 can't delete a vhost, and 3.10 only half of it, while an odd auto_delete has bindings. */
async function deleteOddExchanges(vhost: string, at: Broker): Promise<void> {
  const exchanges = await list(`exchanges/${vhost}`, at);
  const odd = exchanges.filter((one) => 'auto_delete' in one && one.auto_delete === 'undefined');
  if (odd.length === 0) return;
  const all = { configure: '.*', write: '.*', read: '.*' };
  await api('PUT', `permissions/${vhost}/${at.username}`, all, at);
  for (const { name } of odd)
    await api('DELETE', `exchanges/${vhost}/${encode(name)}`, undefined, at);
}
