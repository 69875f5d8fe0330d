// RabbitMQ may list a quorum queue or a stream for good that takes no message, and call an equal
// declaration a success: a plan says so.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConfirmChannel } from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { forgetting } from '../../src/reconcile/replicas.ts';
import { sandboxEnvironment, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { api, freshVhost, takeNode } from '../broker.ts';
import { evaluate } from '../erlang.ts';
import { queue } from '../management/arrange.ts';
import { isBefore } from '../version.ts';
import { takesMessages } from './takes-messages.ts';
import { callTopo } from './topo.ts';

let node: Sandbox;
let folder = '';
beforeAll(async () => {
  node = await takeNode();
  folder = await mkdtemp(join(tmpdir(), 'topo-dead-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The first expression that the output offers to rabbitmqctl eval. */
const revivalIn = (out: string): string => /rabbitmqctl eval '(.*?)\.'/.exec(out)?.[1] ?? '';

test('a quorum queue none of whose replicas runs is told, and left alone', async () => {
  const at = brokerOf(node);
  const vhost = await freshVhost(at);
  const file = join(folder, 'topology.yaml');
  await writeFile(file, `vhost: ${vhost}\nqueues: [{ name: q, type: quorum }]\n`);
  const topo = (...args: string[]) => callTopo(args, folder, sandboxEnvironment(node));
  expect(await topo('plan', file, '--out', 'plan.json')).toMatchObject({ code: exit.done });
  const first = await topo('apply', 'plan.json', '--yes');
  expect(first.code, first.out).toBe(exit.done);
  expect(first.out).not.toContain('takes no messages');
  await evaluate(node, `ra:force_delete_server(quorum_queues, {'${vhost}_q', node()})`);
  expect(await takesMessages(vhost, at)).toBe(false);
  for (const what of [file, 'plan.json']) {
    const { out, code } = await topo('apply', what, '--yes');
    expect(out).toContain(
      'warning: queue "q" takes no messages: none of its replicas runs, though their nodes do',
    );
    expect(out).toContain(`rabbitmqctl delete_queue -p ${vhost} q, then topo apply`);
    // As a restart of the node would, this says that the queue has never run, or runs no longer.
    expect(await evaluate(node, revivalIn(out))).toBe('[{error, name_not_registered}]');
    expect(code, out).toBe(exit.done);
  }
  await api('DELETE', `queues/${vhost}/q`, undefined, at);
  const last = await topo('apply', file, '--yes');
  expect(last.out).not.toContain('takes no messages');
  expect(await takesMessages(vhost, at)).toBe(true);
});

test.each([
  ['deleted', 'manage: { queues: [q] }\nqueues: [{ name: other }]', '- queue q: deleted'],
  [
    'replaced',
    'queues: [{ name: q, type: quorum, arguments: { x-single-active-consumer: true } }]',
    '-/+ queue',
  ],
])('a dead queue that is to be %s: brought back as the plan says, else lost', async (...row) => {
  const [, declared, done] = row;
  const at = brokerOf(node);
  const vhost = await freshVhost(at);
  const file = join(folder, 'gone.yaml');
  await writeFile(file, `vhost: ${vhost}\n${declared}\n`);
  const topo = (...args: string[]) => callTopo(args, folder, sandboxEnvironment(node));
  const agreed = ['--allow-message-loss', `queues/${vhost}/q=all`];
  await api('PUT', `queues/${vhost}/q`, { arguments: { 'x-queue-type': 'quorum' }, durable }, at);
  await publish(vhost, 3);
  await evaluate(node, `ra:stop_server(quorum_queues, {'${vhost}_q', node()})`);
  const { out } = await topo('plan', file);
  expect(out).toContain('refused: none of its replicas runs, though their nodes do, so what it');
  expect(out).toContain(`, or topo apply ${agreed.join(' ')}`);
  expect(out).toContain('1 refused');
  expect(out).not.toMatch(/start topo|warning/);
  expect(await evaluate(node, revivalIn(out))).toBe('[ok]');
  expect(await onChannel(vhost, (channel) => channel.checkQueue('q'))).toMatchObject({
    messageCount: 3,
  });
  await evaluate(node, `ra:stop_server(quorum_queues, {'${vhost}_q', node()})`);
  const last = await topo('apply', file, '--yes', ...agreed);
  expect(last.out).toContain(done);
  expect(last.out).toContain('its contents are lost, uncounted');
  expect(last.code, last.out).toBe(exit.done);
});

/** Deletes it as far as RabbitMQ does if the HTTP connection is cut at the wrong moment. */
async function deleteHalfway(vhost: string): Promise<void> {
  const queue = `rabbit_misc:r(<<"${vhost}">>, queue, <<"s">>)`;
  await evaluate(
    node,
    `{ok, Q} = rabbit_amqqueue:lookup(${queue}), Name = maps:get(name, amqqueue:get_type_state(Q)), ` +
      '{ok, _, _} = ra:process_command({rabbit_stream_coordinator, node()}, {delete_stream, Name, #{}})',
  );
}

const stream = { arguments: { 'x-queue-type': 'stream' }, durable: true };
const forgettingIn = (out: string): string => revivalIn(out.slice(out.indexOf('it holds nothing')));

test.skipIf(isBefore(4, 0))('a stream whose delete was cut off is told', async () => {
  const at = brokerOf(node);
  const vhost = await freshVhost(at);
  const file = join(folder, 'stream.yaml');
  await writeFile(file, `vhost: ${vhost}\nqueues: [{ name: s, type: stream }]\n`);
  const topo = (...args: string[]) => callTopo(args, folder, sandboxEnvironment(node));
  const first = await topo('apply', file, '--yes');
  expect(first.code, first.out).toBe(exit.done);
  expect((await topo('plan', file)).out).not.toContain('takes no messages');
  // Of a stream that is there it takes nothing.
  await expect(evaluate(node, revivalIn(forgetting(queue(vhost, 's'))))).rejects.toThrow();
  await deleteHalfway(vhost);
  const { out } = await topo('plan', file);
  expect(out).toContain(
    'warning: queue "s" takes no messages: none of its replicas runs, though their nodes do',
  );
  expect(out).toContain(`rabbitmq-streams restart_stream --vhost ${vhost} s; if that says coord`);
  await evaluate(node, forgettingIn(out));
  const last = await topo('apply', file, '--yes');
  expect(last.out).toContain('1 created');
  expect(last.out).not.toContain('takes no messages');
  await onChannel(vhost, async (channel) => {
    channel.sendToQueue('s', Buffer.from('m'));
    await channel.waitForConfirms();
  });
});

test.skipIf(!isBefore(4, 1))(
  'a stream whose delete was cut off can’t be deleted: the report says what can',
  { meta: { slow: 'RabbitMQ tries for 30 s' } },
  async () => {
    const at = brokerOf(node);
    const vhost = await freshVhost(at);
    await api('PUT', `queues/${vhost}/s`, stream, at);
    await deleteHalfway(vhost);
    const file = join(folder, 'no-stream.yaml');
    await writeFile(file, `vhost: ${vhost}\nmanage: { queues: [s] }\nqueues: [{ name: other }]\n`);
    // Over AMQP, RabbitMQ would try for as long once more.
    const env = { ...sandboxEnvironment(node), AMQP_URL: 'amqp://127.0.0.1:1' };
    const topo = (...args: string[]) => callTopo(args, folder, env);
    const agreed = ['--allow-message-loss', `queues/${vhost}/s=all`];
    const { out, code } = await topo('apply', file, '--yes', '--timeout', '60', ...agreed);
    expect(code, out).toBe(exit.partial);
    expect(out).toContain('coordinator_unavailable');
    await evaluate(node, forgettingIn(out));
    const last = await topo('plan', file, '--detailed-exitcode');
    expect(last.code, last.out).toBe(exit.done);
  },
);

const durable = true;

const publish = (vhost: string, count: number) =>
  onChannel(vhost, async (channel) => {
    for (let n = 0; n < count; n++)
      channel.sendToQueue('q', Buffer.from('m'), { persistent: true });
    await channel.waitForConfirms();
  });

async function onChannel<T>(
  vhost: string,
  use: (channel: ConfirmChannel) => Promise<T>,
): Promise<T> {
  const connection = await connect(`${brokerOf(node).amqpUrl}/${vhost}`);
  try {
    return await use(await connection.createConfirmChannel());
  } finally {
    await connection.close();
  }
}
