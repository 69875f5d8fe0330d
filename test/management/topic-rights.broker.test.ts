// An exchange becomes a topic exchange only if topic permissions let its bindings come back.
import { beforeEach, describe, expect, test } from 'vitest';
import { api, freshVhost } from '../broker.ts';
import {
  arrange,
  binding,
  exchange,
  openTestBroker,
  queue,
  standing,
  userWith,
  ways,
} from './arrange.ts';

let vhost: string;
let user: string;
beforeEach(async () => {
  vhost = await freshVhost();
  user = `user-of-${vhost}`;
});

const all = { configure: '.*', write: '.*', read: '.*' };

async function replaceAs(env: NodeJS.ProcessEnv, read: string, tags: string): Promise<void> {
  const who = await userWith(user, tags, { [vhost]: all });
  const held = binding(vhost, 'x', 'q', { routing_key: 'orders.new' });
  await arrange(exchange(vhost, 'x'), queue(vhost, 'q'), held);
  const own = { exchange: 'x', write: '.*', read };
  await api('PUT', `topic-permissions/${vhost}/${user}`, own);
  const opened = openTestBroker({ ...env, ...who });
  const after = exchange(vhost, 'x', { type: 'topic' });
  await opened.replace(exchange(vhost, 'x'), after, [held], 'lose-nothing');
}

const typeOfExchange = async (): Promise<unknown> =>
  ((await api('GET', `exchanges/${vhost}/x`)) as { type: string }).type;

describe.each(ways)('$way', ({ env }) => {
  test('a read pattern that matches no routing key keeps the exchange as it is', async () => {
    await expect(replaceAs(env, '^invoices', 'administrator')).rejects.toMatchObject({
      message: `exchanges/${vhost}/x stays: the topic permission of user "${user}" lets it read ^invoices, so the binding with routing key "orders.new" could not be put back`,
      hint: `give it a read pattern that matches: rabbitmqctl set_topic_permissions -p ${vhost} ${user} x '.*' READ`,
    });
    expect(await typeOfExchange()).toBe('direct');
    expect(await standing(vhost)).toHaveLength(3);
  });

  test.each(['^orders', '^(orders|{username})', '{vhost}|new$'])('%s lets it go', async (read) => {
    await replaceAs(env, read, 'administrator');
    expect(await typeOfExchange()).toBe('topic');
    expect(await standing(vhost)).toHaveLength(3);
  });
});
