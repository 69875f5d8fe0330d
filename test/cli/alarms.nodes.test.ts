// A broker with a memory or a disk alarm takes no messages: topologies can be written all the same,
// and what has to move messages waits, or says why it does not.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amqpUrlOf, sandboxEnvironment, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { api, freshVhost, takeNode } from '../broker.ts';
import { evaluate } from '../erlang.ts';
import { callTopo, startTopo } from './topo.ts';

/** As rabbitmqctl set_vm_memory_high_watermark and set_disk_free_limit do. */
const alarms = {
  memory: {
    on: 'vm_memory_monitor:set_vm_memory_high_watermark(0.00001)',
    off: 'vm_memory_monitor:set_vm_memory_high_watermark(0.6)',
  },
  'disk space': {
    on: 'rabbit_disk_monitor:set_disk_free_limit("900000GB")',
    off: 'rabbit_disk_monitor:set_disk_free_limit(1000000)',
  },
} as const;
type Resource = keyof typeof alarms;

let node: Sandbox;
let folder = '';
beforeAll(async () => {
  node = await takeNode();
  folder = await mkdtemp(join(tmpdir(), 'topo-alarms-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function isAlarmed(): Promise<boolean> {
  const check = api('GET', 'health/checks/alarms', undefined, brokerOf(node));
  return check.then(
    () => false,
    (error: unknown) => String(error).includes('alarms in effect'),
  );
}

async function set(resource: Resource, state: 'on' | 'off'): Promise<void> {
  await evaluate(node, alarms[resource][state]);
  await expect.poll(isAlarmed).toBe(state === 'on');
}

async function underAlarm<T>(resource: Resource, use: () => Promise<T>): Promise<T> {
  await set(resource, 'on');
  try {
    return await use();
  } finally {
    await set(resource, 'off');
  }
}

async function write(vhost: string, rest: string): Promise<string> {
  const file = join(folder, `${vhost}.yaml`);
  await writeFile(file, `vhost: ${vhost}\n${rest}\n`);
  return file;
}

/** A queue of this length, bound to an exchange. */
const bound = (length: number): string =>
  [
    'exchanges: [{ name: x, type: direct }]',
    `queues: [{ name: q, arguments: { x-max-length: ${length} } }]`,
    'bindings: [{ source: x, destination: q, routing_key: k }]',
  ].join('\n');

const topo = (...args: string[]) => callTopo(args, folder, sandboxEnvironment(node));

async function fill(vhost: string, queue: string, count: number): Promise<void> {
  const connection = await connect(`${amqpUrlOf(node)}/${vhost}`);
  const channel = await connection.createConfirmChannel();
  for (let n = 0; n < count; n++) channel.sendToQueue(queue, Buffer.from(String(n)));
  await channel.waitForConfirms();
  await connection.close();
}

const messagesIn = async (vhost: string): Promise<[string, number][]> => {
  const path = `queues/${vhost}?disable_stats=true&enable_queue_totals=true`;
  const rows = (await api('GET', path, undefined, brokerOf(node))) as {
    name: string;
    messages: number;
  }[];
  return rows.map(({ name, messages }) => [name, messages]);
};

describe.each(Object.keys(alarms) as Resource[])('the %s alarm', (resource) => {
  test('a topology is written, replaced and taken down, and the plan says so', async () => {
    const vhost = await freshVhost(brokerOf(node));
    const file = await write(vhost, bound(5));
    await underAlarm(resource, async () => {
      const plan = await topo('plan', file);
      expect(plan.code).toBe(0);
      expect(plan.out).toContain(`has the ${resource} alarm, and the broker takes no messages`);
      expect(await topo('apply', file, '--yes')).toMatchObject({ code: 0 });
      const changed = await write(vhost, bound(6));
      expect(await topo('apply', changed, '--yes')).toMatchObject({ code: 0 });
      expect(await topo('destroy', changed, '--yes')).toMatchObject({ code: 0 });
    });
  });

  test('topo move waits, says so, and goes on when the alarm is gone', async () => {
    const vhost = await freshVhost(brokerOf(node));
    const file = await write(vhost, 'queues: [{ name: a }, { name: b }]');
    expect(await topo('apply', file, '--yes')).toMatchObject({ code: 0 });
    await fill(vhost, 'a', 500);
    const args = ['move', 'a', 'b', '--vhost', vhost, '--yes'];
    const running = await underAlarm(resource, async () => {
      const begun = startTopo(args, folder, sandboxEnvironment(node));
      let told = '';
      begun.child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
      await expect.poll(() => told).toContain('the broker is short of memory or disk');
      return begun;
    });
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(await messagesIn(vhost)).toEqual([
      ['a', 0],
      ['b', 500],
    ]);
  });
});
