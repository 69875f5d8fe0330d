// The way to the broker is cut, or falls silent, while tasks are published: the publisher waits,
// and goes on by itself.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Task } from '../../../src/harness/messaging/task.generated.ts';
import { broker } from '../../broker.ts';
import { openProxy, type Proxy } from '../../proxy.ts';
import { isWhole } from '../../sample.ts';
import { until, type Bed } from '../bed.ts';
import { openFeed } from '../feed.ts';
import { layPublishBed, linesOf } from '../publish-bed.ts';

async function openProxyTo(url: string): Promise<{ proxy: Proxy; amqpUrl: string }> {
  const { hostname, port, username, password } = new URL(url);
  const proxy = await openProxy({ host: hostname, port: Number(port) });
  onTestFinished(() => proxy.close());
  return { proxy, amqpUrl: `amqp://${username}:${password}@127.0.0.1:${proxy.port}` };
}

async function arrived(bed: Bed): Promise<Task[]> {
  const messages = await bed.takeAll('w1');
  return messages.map(({ content }) => JSON.parse(content.toString()) as Task);
}

test('the connection is cut, again and again', async () => {
  const bed = await layPublishBed('');
  const { proxy, amqpUrl } = await openProxyTo(broker.amqpUrl);
  const feed = openFeed();
  const { ended, err } = bed.start(['--to', 'w1'], { stdin: feed.stdin, amqpUrl });
  const told = (what: string): number => err().split(what).length - 1;
  for (const cuts of isWhole ? [1, 2, 3, 4] : [1, 2]) {
    const before = await bed.depth('w1');
    await until(async () => (await bed.depth('w1')) > before + 100, 'more tasks');
    proxy.cut();
    await until(() => told('waiting for the broker') === cuts, 'the loss');
    await until(() => told('connected again') === cuts, 'the connection');
  }
  const count = feed.end();
  const { code, out } = await ended;
  const confirmed = count.toLocaleString('en');
  expect(out).toMatch(new RegExp(`^Published: ${confirmed} confirmed, 0 returned, 0 refused`));
  expect(code).toBe(0);
  const tasks = await arrived(bed);
  expect(new Set(tasks.map(({ round }) => round)).size).toBe(count);
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(count);
});

test('the network falls silent; a second Ctrl-C does not wait for it', async () => {
  const bed = await layPublishBed('');
  const { proxy, amqpUrl } = await openProxyTo(broker.amqpUrl);
  const { child, ended, err } = bed.start(['--to', 'w1'], { stdin: null, amqpUrl });
  child.stdin?.write(linesOf(10));
  await until(async () => (await bed.depth('w1')) === 10, 'ten tasks');
  proxy.blackHole();
  child.stdin?.write('{"round":10}\n');
  const journal = join(bed.folder, '.topo-harness/outbox/tasks.journal');
  const isSafe = async () => (await readFile(journal, 'utf8')).includes('"round":10');
  await until(isSafe, 'the eleventh task to be sent into the silence');
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
  const ids = (await arrived(bed)).map(({ id }) => id);
  expect(new Set(ids).size).toBe(12);
});
