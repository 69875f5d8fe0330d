// RabbitMQ 3.10 may list a quorum queue for good that takes no message, and call an equal
// declaration a success: a plan says so.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConfirmChannel } from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { sandboxEnvironment, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { api, freshVhost, takeNode } from '../broker.ts';
import { evaluate } from '../erlang.ts';
import { callTopo } from './topo.ts';

let node: Sandbox;
let folder = '';
beforeAll(async () => {
  node = await takeNode();
  folder = await mkdtemp(join(tmpdir(), 'topo-dead-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The expression that the output offers to rabbitmqctl eval. */
const revivalIn = (out: string): string => /rabbitmqctl eval '(.*)\.'/.exec(out)?.[1] ?? '';

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
  expect(await api('GET', `queues/${vhost}?disable_stats=true`, undefined, at)).toMatchObject([
    { leader: null, online: [] },
  ]);
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
  expect(await api('GET', `queues/${vhost}?disable_stats=true`, undefined, at)).toMatchObject([
    { online: [expect.any(String)] },
  ]);
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
