// Reads what queues hold at once if their type allows it.
import { connect } from 'amqplib';
import { expect, test } from 'vitest';
import type { Depth } from '../../src/reconcile/broker.ts';
import { sandboxEnvironment } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { api, broker, freshVhost, takeNode } from '../broker.ts';
import { evaluate } from '../erlang.ts';
import { openTestBroker, queue } from './arrange.ts';

const looked = { kind: 'unknown', hint: 'check yourself whether it may be deleted' };
const unreached = {
  kind: 'unknown',
  why: "what it holds can't be counted: AMQP: the broker at 127.0.0.1:1 (as AMQP_URL says): connect ECONNREFUSED 127.0.0.1:1",
  hint: 'set AMQP_URL to where the broker speaks AMQP, such as amqp://localhost:5672',
};
const known = (ready: number, unacked: number, consumers: number): Depth => ({
  kind: 'known',
  ready,
  unacked,
  consumers,
});

const rows = [
  { name: 'full', type: 'classic', expected: known(2, 1, 0), withoutAmqp: known(2, 1, 0) },
  { name: 'empty', type: 'classic', expected: known(0, 0, 1), withoutAmqp: unreached },
  { name: 'full', type: 'quorum', expected: known(2, 0, 1), withoutAmqp: unreached },
  { name: 'empty', type: 'quorum', expected: known(0, 0, 1), withoutAmqp: unreached },
  {
    name: 'full',
    type: 'stream',
    expected: { ...looked, why: "the messages of a stream queue can't be counted" },
    withoutAmqp: { ...looked, why: "the messages of a stream queue can't be counted" },
  },
];

test('queues of every type, with and without messages', async () => {
  const vhost = await freshVhost();
  const url = new URL(broker.amqpUrl);
  url.pathname = vhost;
  const model = await connect(url.href);
  const queues = rows.map(({ name, type }) => queue(vhost, `${name} ${type}`, { type }));
  for (const own of queues) {
    await openTestBroker().put(own);
    const channel = await model.createConfirmChannel();
    if (own.name.startsWith('full')) {
      const persistent = { persistent: true };
      for (let n = 0; n < 3; n++) channel.sendToQueue(own.name, Buffer.from('x'), persistent);
      await channel.waitForConfirms();
      if (own.type !== 'stream') await channel.get(own.name);
    }
    await channel.prefetch(1, false);
    if (own.name.startsWith('empty')) await channel.consume(own.name, () => undefined);
  }
  const gone = queue(vhost, 'gone');
  const depths = await openTestBroker().readDepths([...queues, gone]);
  const unaided = await openTestBroker({ AMQP_URL: 'amqp://127.0.0.1:1' }).readDepths(queues);
  await model.close();
  expect([...depths.values()]).toEqual([...rows.map((row) => row.expected), known(0, 0, 0)]);
  expect([...unaided.values()]).toEqual(rows.map((row) => row.withoutAmqp));
});

test("a quorum queue whose nodes are down doesn't pass for an empty one", async () => {
  const node = await takeNode();
  const vhost = await freshVhost(brokerOf(node));
  const own = queue(vhost, 'q', { type: 'quorum' });
  const opened = openTestBroker(sandboxEnvironment(node));
  await opened.put(own);
  const member = `{list_to_atom("${vhost}_q"), node()}`;
  await evaluate(node, `ok = ra:stop_server(quorum_queues, ${member})`);
  const state = async () =>
    await api(
      'GET',
      `queues/${vhost}?disable_stats=true&enable_queue_totals=true`,
      undefined,
      brokerOf(node),
    );
  await expect.poll(state).toMatchObject([{ state: 'down' }]);
  const depths = await opened.readDepths([own]);
  expect([...depths.values()]).toEqual([
    {
      kind: 'unknown',
      why: "its messages can't be counted, its state is down",
      hint: 'bring its nodes back',
    },
  ]);
});

test('whether AMQP is in reach', async () => {
  expect(await openTestBroker().readGap()).toBe('pipelined');
  expect(await openTestBroker({ AMQP_URL: 'amqp://127.0.0.1:1' }).readGap()).toBe('unpipelined');
});
