// RabbitMQ deletes all topic permissions of a user in a vhost if the path names no exchange, and
// since 4.3 those on an exchange with it.
import { expect, test } from 'vitest';
import { Forbidden } from '../../src/reconcile/broker.ts';
import { normalizeExchange } from '../../src/topology/kinds/exchange.ts';
import { kinds } from '../../src/topology/kinds/kinds.ts';
import { atEnd } from '../at-end.ts';
import { api, freshVhost } from '../broker.ts';
import { openTestBroker } from './arrange.ts';

const rights = { write: 'a', read: 'b' };

/** Deleted at the end. */
async function makeUser(name: string): Promise<string> {
  await api('PUT', `users/${name}`, { password_hash: '', tags: '' });
  atEnd(() => api('DELETE', `users/${name}`));
  return name;
}

test('a topic permission on every exchange does not take the others along', async () => {
  const vhost = await freshVhost();
  const user = await makeUser(`${vhost}-user`);
  const path = `topic-permissions/${vhost}/${user}`;
  const on = (exchange: string) =>
    kinds.topic_permission.normalize({ user, exchange, ...rights }, vhost);
  const topo = openTestBroker();
  await topo.put(on(''));
  await topo.put(on('amq.topic'));

  await expect(topo.remove(on(''), { mayDisconnect: false })).rejects.toThrow(Forbidden);
  expect(await api('GET', path)).toHaveLength(2);

  await topo.remove(on('amq.topic'), { mayDisconnect: false });
  await topo.remove(on(''), { mayDisconnect: false });
  await expect(api('GET', path)).rejects.toThrow('404');
});

test('those on a replaced exchange stay, declared or not', async () => {
  const vhost = await freshVhost();
  const user = await makeUser(`${vhost}-user`);
  const before = normalizeExchange({ name: 'events', type: 'topic' }, vhost);
  const topo = openTestBroker();
  await topo.readLive(new Set([vhost]));
  await topo.put(before);
  await api('PUT', `topic-permissions/${vhost}/${user}`, { exchange: 'events', ...rights });

  await topo.replace(before, { ...before, internal: true }, [], 'lose-nothing');
  expect(await api('GET', `exchanges/${vhost}/events`)).toMatchObject({ internal: true });
  const held = { vhost, user, exchange: 'events', ...rights };
  expect(await api('GET', `topic-permissions/${vhost}/${user}`)).toEqual([held]);
});
