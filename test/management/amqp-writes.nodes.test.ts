// Many writes where AMQP leads to another broker, and while the broker has an alarm.
import { expect, test } from 'vitest';
import { forEachParallel } from '../../src/reconcile/parallel.ts';
import { amqpUrlOf } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { api, freshVhost, takeNode } from '../broker.ts';
import { evaluate } from '../erlang.ts';
import { openTestBroker, queue } from './arrange.ts';

const count = 300;
const names = Array.from({ length: count }, (_, n) => `q${n}`);
const putAll = (opened: ReturnType<typeof openTestBroker>, vhost: string): Promise<void> =>
  forEachParallel(names, 64, (name) => opened.put(queue(vhost, name)));
const countQueues = async (vhost: string, at?: ReturnType<typeof brokerOf>): Promise<number> => {
  const path = `queues/${vhost}?disable_stats=true&enable_queue_totals=true`;
  return ((await api('GET', path, undefined, at)) as unknown[]).length;
};

test('objects are created on the broker of the endpoint, not on the one behind AMQP', async () => {
  const [node, vhost] = [await takeNode(), await freshVhost()];
  const other = brokerOf(node);
  await api('PUT', `vhosts/${vhost}`, undefined, other);
  const opened = openTestBroker({ AMQP_URL: amqpUrlOf(node) });
  await putAll(opened, vhost);
  expect(await countQueues(vhost)).toBe(count);
  expect(await countQueues(vhost, other)).toBe(0);
  expect(opened.doubts().map(({ message }) => message)).toEqual([
    expect.stringMatching(/ is the broker .*topo uses HTTP instead/),
  ]);
  await api('DELETE', `vhosts/${vhost}`, undefined, other);
});

test('an alarm, which blocks publishers, does not keep objects from being created', async () => {
  const node = await takeNode();
  const at = brokerOf(node);
  const vhost = await freshVhost(at);
  const alarm = '{resource_limit, memory, node()}';
  await evaluate(node, `rabbit_alarm:set_alarm({${alarm}, []})`);
  const opened = openTestBroker({
    RABBITMQ_ENDPOINT: at.endpoint,
    AMQP_URL: at.amqpUrl,
    RABBITMQ_PASSWORD: at.password,
  });
  try {
    await putAll(opened, vhost);
    expect(await countQueues(vhost, at)).toBe(count);
  } finally {
    await evaluate(node, `rabbit_alarm:clear_alarm(${alarm})`);
  }
});
