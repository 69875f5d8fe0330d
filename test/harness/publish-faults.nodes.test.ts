// The broker, or the way to it, goes away while tasks are published: the publisher waits, and goes on by itself.
import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { amqpUrlOf, endpointOf, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { killSandbox } from '../../src/sandbox/stop.ts';
import { broker, freshVhost, restartNode, takeNode } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { plain, until } from './bed.ts';
import { layPublishBed, linesOf } from './publish-bed.ts';
import { evaluate } from '../erlang.ts';

const count = 3_000;

async function openProxyTo(url: string): Promise<{ proxy: Proxy; amqpUrl: string }> {
  const { hostname, port, username, password } = new URL(url);
  const proxy = await openProxy({ host: hostname, port: Number(port) });
  onTestFinished(() => proxy.close());
  return { proxy, amqpUrl: `amqp://${username}:${password}@127.0.0.1:${proxy.port}` };
}

/** So slow that there is time for faults: a second for all. */
const slowly = (): Readable => {
  const lines = linesOf(count).split(/(?<=\n)/);
  return Readable.from(
    (async function* () {
      for (let n = 0; n < lines.length; n += 30) {
        yield lines.slice(n, n + 30).join('');
        await sleep(10);
      }
    })(),
  );
};

test('the connection is cut, again and again', async () => {
  const bed = await layPublishBed('');
  const { proxy, amqpUrl } = await openProxyTo(broker.amqpUrl);
  const { ended, err } = bed.start(['--to', 'w1'], { stdin: slowly(), amqpUrl });
  for (const depth of [100, 800, 1_500, 2_200]) {
    await until(async () => (await bed.depth('w1')) > depth, `${depth} tasks`);
    proxy.cut();
  }
  const { code, out } = await ended;
  expect(out).toMatch(/^Published: 3,000 confirmed, 0 returned, 0 refused/);
  expect(err()).toContain('waiting for the broker');
  expect(err()).toContain('connected again');
  expect(code).toBe(0);
  const arrived = await bed.arrived('w1');
  expect(new Set(arrived.map(({ round }) => round)).size).toBe(count);
  expect(new Set(arrived.map(({ id }) => id)).size).toBe(count);
});

test('the network falls silent; a second Ctrl-C does not wait for it', async () => {
  const bed = await layPublishBed('');
  const { proxy, amqpUrl } = await openProxyTo(broker.amqpUrl);
  const { child, ended, err } = bed.start(['--to', 'w1'], { stdin: null, amqpUrl });
  child.stdin?.write(linesOf(10));
  await until(async () => (await bed.depth('w1')) === 10, 'ten tasks');
  proxy.blackHole();
  child.stdin?.write('{"round":10}\n');
  await sleep(300);
  child.kill('SIGINT');
  await until(() => err().includes('once more to stop at once'), 'the notice');
  const started = Date.now();
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130 });
  expect(Date.now() - started).toBeLessThan(1_500);
  const lines = `${linesOf(11)}{"round":11}\n`;
  proxy.restore();
  const again = await bed.run(['--to', 'w1', '--format', 'json'], { stdin: lines, amqpUrl });
  expect(JSON.parse(again.out)).toMatchObject({ confirmed: 12 });
  const arrived = await bed.arrived('w1');
  expect(new Set(arrived.map(({ id }) => id)).size).toBe(12);
});

describe('on a broker of its own', () => {
  let node: Sandbox;
  beforeAll(async () => {
    node = await takeNode();
  });
  const lay = async () => {
    const vhost = await freshVhost(endpointOf(node));
    return layPublishBed('', plain, { amqpUrl: amqpUrlOf(node), vhost });
  };

  test('the broker is killed and started again', async () => {
    const bed = await lay();
    const { ended } = bed.start(['--to', 'w1'], { stdin: slowly() });
    await until(async () => (await bed.depth('w1')) > 500, '500 tasks');
    await killSandbox(node);
    node = await restartNode(node);
    const { code, out } = await ended;
    expect(out).toMatch(/^Published: 3,000 confirmed, 0 returned, 0 refused/);
    expect(code).toBe(0);
    const after = await layPublishBed('', plain, { amqpUrl: amqpUrlOf(node), vhost: bed.vhost });
    const arrived = await after.arrived('w1');
    expect(new Set(arrived.map(({ round }) => round)).size).toBe(count);
    expect(new Set(arrived.map(({ id }) => id)).size).toBe(count);
  });

  test('the broker is short of memory, and takes no messages for a while', async () => {
    const bed = await lay();
    const limitMemory = (share: number) =>
      evaluate(node, `ok = vm_memory_monitor:set_vm_memory_high_watermark(${share.toFixed(5)})`);
    await limitMemory(0.00001);
    onTestFinished(async () => void (await limitMemory(0.4)));
    const { ended, err } = bed.start(['--to', 'w2'], { stdin: linesOf(1_000) });
    await until(() => err().includes('takes no messages for now'), 'the notice');
    expect(await bed.depth('w2')).toBe(0);
    await limitMemory(0.4);
    const { code, out } = await ended;
    expect(out).toMatch(/^Published: 1,000 confirmed/);
    expect(err()).toContain('the broker takes messages again');
    expect(code).toBe(0);
    expect(await bed.depth('w2')).toBe(1_000);
  });
});
