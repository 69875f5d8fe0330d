// RabbitMQ deletes all topic permissions of a user in a vhost if the path names no exchange.
import { expect, test } from 'vitest';
import { Forbidden } from '../../src/reconcile/broker.ts';
import { kinds } from '../../src/topology/kinds/kinds.ts';
import { atEnd } from '../at-end.ts';
import { api, freshVhost } from '../broker.ts';
import { openTestBroker } from './arrange.ts';

test('a topic permission on every exchange does not take the others along', async () => {
  const vhost = await freshVhost();
  const user = `${vhost}-user`;
  await api('PUT', `users/${user}`, { password_hash: '', tags: '' });
  atEnd(() => api('DELETE', `users/${user}`));
  const path = `topic-permissions/${vhost}/${user}`;
  const rights = { write: 'a', read: 'b' };
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
