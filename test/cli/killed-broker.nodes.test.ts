// What the seed promises: pending tasks survive a broker that is killed.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { expect, onTestFinished, test } from 'vitest';
import { amqpUrlOf, sandboxEnvironment } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { api, freshVhost, restartNode, takeNode } from '../broker.ts';
import { killNode } from '../erlang.ts';
import { callTopo } from './topo.ts';

const seed = new URL('../../topology.yaml', import.meta.url).pathname;

const slow = 'a broker is killed, and boots again';
test(
  'a thousand persistent tasks in the three queues survive kill -9, and the plan is empty',
  { meta: { slow } },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'topo-killed-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const node = await takeNode();
    const vhost = await freshVhost(brokerOf(node));
    const file = join(folder, 'topology.yaml');
    await writeFile(file, `vhost: ${vhost}\n${await readFile(seed, 'utf8')}`);
    const env = sandboxEnvironment(node);
    expect(await callTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });

    const connection = await connect(`${amqpUrlOf(node)}/${vhost}`);
    connection.on('error', () => undefined);
    const channel = await connection.createConfirmChannel();
    for (let n = 0; n < 1000; n++) {
      const task = Buffer.from(`task ${n}`);
      channel.publish('ml_tasks', `worker_queue_${(n % 3) + 1}`, task, { persistent: true });
    }
    await channel.waitForConfirms();

    await killNode(node);
    const again = await restartNode(node);

    const path = `queues/${vhost}?disable_stats=true&enable_queue_totals=true`;
    const readQueues = async () =>
      (await api('GET', path, undefined, brokerOf(again))) as { messages: number }[];
    // 4.3.6 lists no queue for half a second after its boot.
    await expect.poll(readQueues, { timeout: 5_000 }).not.toHaveLength(0);
    const queues = await readQueues();
    expect(queues.map(({ messages }) => messages).sort()).toEqual([333, 333, 334]);
    const plan = await callTopo(
      ['plan', file, '--detailed-exitcode'],
      folder,
      sandboxEnvironment(again),
    );
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.out).toContain('Plan: nothing to do · 7 unchanged');
  },
);
