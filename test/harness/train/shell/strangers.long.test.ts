// Many results and events of others: the run comes to its end, tells of them in a few lines, and
// loses no result.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Result } from '../../../../src/harness/messaging/result.generated.ts';
import { readStatus } from '../../../../src/harness/train/run/status.ts';
import { broker } from '../../../broker.ts';
import { openProxy } from '../../../proxy.ts';
import { ByHand } from '../by-hand.ts';
import { until } from '../chaos/train-bed.ts';

const hand = new ByHand();

async function publishStrangers(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const task = { version: 1 as const, id: `elsewhere.r0.s${n}`, run: 'elsewhere', round: 0 };
    await hand.worker.answer(task);
  }
}

test('however many results of other runs come, and what is none, the run comes to its end and loses no result', async () => {
  await publishStrangers(24);
  const { ended, err } = await hand.train();
  const warning = /the result of elsewhere\.r0\.s\d+ is in queue results, and not of this run/;
  await until(() => warning.test(err()), 'the warning');
  const init = await hand.worker.next('init');
  await publishStrangers(400);
  await hand.bed.onBroker(async (channel) => {
    for (let n = 0; n < 3_000; n++) channel.sendToQueue('results', Buffer.from(`junk ${n}`));
    await channel.waitForConfirms();
  });
  await until(async () => (await hand.depth('results')) === 0, 'all that came');
  await hand.worker.answer(init);
  await hand.worker.do('r0.s0', 'r0.eval');
  const { code, err: told } = await ended;
  expect(code).toBe(0);
  const set = (await readFile(join(hand.bed.root, 'runs/run/others.jsonl'), 'utf8')).split('\n');
  expect(set.pop()).toBe('');
  expect(new Set(set.map((line) => (JSON.parse(line) as Result).task)).size).toBe(set.length);
  expect([set.length + (await hand.depth('results')), await hand.depth('results')]).toEqual([
    424, 25,
  ]);
  expect(told).toContain('further ones are written to runs/run/others.jsonl');
  expect(told).toContain(
    `${set.length} results not of this run are in runs/run/others.jsonl: topo-harness results --from runs/run/others.jsonl --output FILE`,
  );
  expect(told).toContain('1000 messages that are no results');
  expect(told.match(/results/g)?.length).toBeLessThan(20);
});

test('one less does not, they are told of once, also over a new connection, and go back when the run ends', async () => {
  await publishStrangers(24);
  const { hostname: host, port, username, password } = new URL(hand.url);
  const proxy = await openProxy({ host, port: Number(port) });
  onTestFinished(() => proxy.close());
  const amqpUrl = `amqp://${username}:${password}@127.0.0.1:${proxy.port}`;
  const { ended, err } = await hand.trainOver(amqpUrl);
  const init = await hand.worker.next('init');
  await until(() => err().includes('not of this run'), 'the warning');
  proxy.cut();
  await until(() => err().includes('the broker is out of reach'), 'the loss');
  proxy.restore();
  await until(() => err().includes('the broker is reached'), 'the connection');
  await until(async () => (await hand.depth('results')) === 0, 'the results to be held again');
  await hand.worker.answer(init);
  await hand.worker.do('r0.s0', 'r0.eval');
  const { code, err: told } = await ended;
  expect(code).toBe(0);
  expect(told.match(/not of this run/g)).toHaveLength(1);
  expect(await hand.depth('results')).toBe(24);
});

/** Such as whoever may publish to the events exchange sends. */
const forge = (names: number, queue: (n: number) => string): Promise<void> =>
  hand.bed.onBroker((channel) => {
    for (let n = 0; n < names; n++) {
      const heartbeat = {
        ...{ version: 1, worker: `forged ${n}`, queue: queue(n), at: new Date().toISOString() },
        ...{ state: 'idle', concurrency: 1_024, tasks: [] },
      };
      channel.publish('events', 'heartbeat', Buffer.from(JSON.stringify(heartbeat)));
    }
    return Promise.resolve();
  });

test('ten thousand forged names are a few lines, and cost the run nothing', async () => {
  const { ended, err } = await hand.train();
  const first = await hand.worker.next('init');
  await forge(5_000, () => 'w1');
  await forge(5_000, (n) => `nowhere ${n}`);
  const counted = async (): Promise<boolean> =>
    ((await readStatus(join(hand.bed.root, 'runs/run')))?.strangers ?? 0) > 9_900;
  await until(counted, 'the count');
  const status = await readFile(join(hand.bed.root, 'runs/run/status.json'), 'utf8');
  expect(status.length).toBeLessThan(10_000);
  expect(err().split('\n').length).toBeLessThan(100);
  await hand.worker.answer(first);
  await hand.worker.do('r0.s0', 'r0.eval');
  expect((await ended).code).toBe(0);
});

test('late results of made-up workers do not stand in the timeline or the report', async () => {
  const { ended } = await hand.train();
  const init = await hand.worker.next('init');
  await hand.worker.answer(init);
  const task = await hand.worker.next('r0.s0');
  await hand.bed.onBroker(async (channel) => {
    const at = new Date().toISOString();
    for (let n = 0; n < 2_000; n++) {
      const late = { version: 1, task: init.id, worker: `made up ${n}`, attempt: 1 };
      const content = JSON.stringify({ ...late, started_at: at, finished_at: at });
      channel.sendToQueue('results', Buffer.from(content), { messageId: init.id });
    }
    await channel.waitForConfirms();
  });
  await hand.worker.answer(init);
  await hand.worker.answer(task);
  await hand.worker.do('r0.eval');
  expect((await ended).code).toBe(0);
  const late = (await hand.bed.timeline('run')).filter(({ kind }) => kind === 'dropped');
  expect(late).toMatchObject([{ why: 'late', worker: 'by hand' }]);
  const report = await readFile(join(hand.bed.root, 'runs/run/report.html'), 'utf8');
  expect(report).not.toContain('made up');
});

test('where the topology names users, results and events of no worker’s are left out, however many', async () => {
  const file = join(hand.bed.root, 'topology.yaml');
  const user = broker.username;
  const users = `"harness":{"users":{"workers":["${user}"],"coordinator":"${user}"},`;
  await writeFile(file, (await readFile(file, 'utf8')).replace('"harness":{', users));
  // More than the results of others that end a coordinator.
  for (let n = 0; n < 60; n++) await hand.worker.publish(`junk ${n}`, { n });
  const { ended, err } = await hand.train({ max_failures: 1 });
  await until(() => err().includes('an event is left out'), 'the events of nobody');
  hand.worker.signature = { userId: user };
  const init = await hand.worker.next('init');
  hand.worker.signature = {};
  await hand.worker.answer(init);
  await hand.worker.answer(init, { parameters: { uri: 'data/0.safetensors' } });
  hand.worker.signature = { userId: user };
  await hand.worker.answer(init);
  await hand.worker.do('r0.s0', 'r0.eval');
  expect((await ended).code).toBe(0);
  expect(err().split('left out').length).toBe(3);
  expect(err()).toContain(
    `a result is left out: it was published without a user id, and not by "${user}"`,
  );
  expect(await hand.depth('results')).toBe(0);
});
