// topo-harness dead, as a person runs it: letters of workers and of the broker, listed, replayed
// and dropped.
import { expect, test } from 'vitest';
import { hardened, layBed, plain, until, type Bed } from '../bed.ts';
import { callHarness } from '../run-harness.ts';
import { work } from '../worker-bed.ts';

const dead = (bed: Bed, ...args: string[]) =>
  callHarness(['dead', ...args, '--topology', bed.file, '--state', bed.state], { cwd: '.' });

interface Listed {
  readonly letters: { id: string; attempts: number; verdict: string; from: object }[];
}

async function list(bed: Bed): Promise<Listed['letters']> {
  const { code, out, err } = await dead(bed, 'list', '--format', 'json');
  expect([code, err]).toEqual([0, '']);
  return (JSON.parse(out) as Listed).letters;
}

async function bury(bed: Bed, ids: readonly string[]): Promise<void> {
  const worker = await work(bed, { max_attempts: 1 });
  for (const id of ids) await bed.publish(id);
  const isDead = (id: string) => worker.steps.includes(`acked ${id}`);
  await until(() => ids.every(isDead), 'their deaths');
  worker.drain();
  await worker.ended;
}

test.each([
  ['a dead-letter queue', hardened],
  [
    'a quorum queue',
    hardened.replace('{ name: dead }', '{ name: dead, arguments: { x-queue-type: quorum } }'),
  ],
  ['a folder', plain],
])('listing, replaying and dropping, with %s', async (_, topology) => {
  const bed = await layBed(topology);
  await bury(bed, ['poison-1', 'poison-2', 'poison-3', 'retryable-1-x']);
  const ids = ['poison-1', 'poison-2', 'poison-3', 'retryable-1-x'];
  for (let times = 0; times < 2; times++) {
    const letters = await list(bed);
    expect(letters.map(({ id }) => id)).toEqual(ids);
    expect(letters[0]).toMatchObject({
      ...{ attempts: 1, verdict: 'poison', error: 'no poison-1 today', worker: 'tester' },
      ...{ queue: 'w1', from: { exchange: 'jobs', routing_key: 'k1' } },
    });
  }
  const text = await dead(bed, 'list');
  expect(text.out).toContain(
    'poison-2  poison, 1 attempt\n  no poison-2 today\n  in w1, by tester',
  );

  const replayed = await dead(bed, 'replay', '--id', 'retryable-1-x', '--id', 'nobody');
  expect(replayed).toMatchObject({ code: 0, out: 'Replayed: 1 dead letter\n' });
  expect(replayed.err).toContain('there is no dead letter "nobody"');
  await until(async () => (await bed.depth('w1')) === 1, 'the task to be back');
  const task = await bed.take('w1');
  expect(task?.properties.headers).toEqual({ 'x-topo-attempt': 1 });

  const unasked = await dead(bed, 'drop');
  expect(unasked).toMatchObject({ code: 4, err: 'without a terminal, dead drop needs --yes\n' });
  expect(await dead(bed, 'drop', '--id', 'poison-2', '--yes')).toMatchObject({ code: 0 });
  expect((await list(bed)).map(({ id }) => id)).toEqual(['poison-1', 'poison-3']);
  expect(await dead(bed, 'drop', '--yes')).toMatchObject({ out: 'Dropped: 2 dead letters\n' });
  expect(await list(bed)).toEqual([]);
  const none = `No dead letters in ${bed.roles.dead_letter ?? `${bed.state}/dead`}\n`;
  expect(await dead(bed, 'list')).toEqual({ code: 0, out: none, err: '' });
});

test('a letter that the broker made, and one that nobody wants back', async () => {
  const expiring = hardened.replace(
    '{ name: w2 }',
    '{ name: w2, arguments: { x-message-ttl: 1, x-dead-letter-exchange: "", x-dead-letter-routing-key: dead } }',
  );
  const bed = await layBed(expiring);
  await bed.publish('late', { key: 'k2' });
  await until(async () => (await bed.depth('dead')) === 1, 'its death');
  expect(await list(bed)).toMatchObject([
    { id: 'late', error: 'the broker: expired', queue: 'w2', from: { routing_key: 'k2' } },
  ]);
  const channel = await bed.model.createChannel();
  await channel.unbindQueue('w2', 'jobs', 'k2');
  const kept = await dead(bed, 'replay');
  expect(kept).toMatchObject({ code: 6, out: 'Replayed: 0 dead letters, 1 kept\n' });
  expect(kept.err).toContain('kept: late: NO_ROUTE');
  expect(await bed.depth('dead')).toBe(1);
});

test('a quorum queue that drops what was delivered too often does not drop what is listed often', async () => {
  const limited = '{ name: dead, arguments: { x-queue-type: quorum, x-delivery-limit: 6 } }';
  const bed = await layBed(hardened.replace('{ name: dead }', limited));
  await bury(bed, ['poison-1', 'poison-2']);
  const channel = await bed.model.createChannel();
  const isLetGo = async () => (await channel.checkQueue('dead')).consumerCount === 0;
  for (let times = 0; times < 9; times++) {
    // Whoever holds messages of a quorum queue counts as a consumer until the broker has seen it
    // go.
    await until(isLetGo, 'the last list to let go');
    expect((await list(bed)).map(({ id }) => id)).toEqual(['poison-1', 'poison-2']);
  }
});

test('many letters of a quorum queue are dropped at once', async () => {
  const quorum = '{ name: dead, arguments: { x-queue-type: quorum } }';
  const bed = await layBed(hardened.replace('{ name: dead }', quorum));
  const ids = Array.from({ length: 300 }, (_, n) => `poison-${n}`);
  await forge(
    bed,
    ids.map((id) => [id, { 'x-topo-verdict': 'poison' }]),
  );
  expect(await dead(bed, 'drop', '--yes')).toMatchObject({ out: 'Dropped: 300 dead letters\n' });
  // The broker may still count the consumers of the drop for seconds, which is a warning.
  const { out } = await dead(bed, 'list', '--format', 'json');
  expect((JSON.parse(out) as Listed).letters).toEqual([]);
});

/** Published past the harness, as anybody may who can reach the queue. */
async function forge(bed: Bed, letters: readonly [id: string, headers: object][]): Promise<void> {
  const channel = await bed.model.createConfirmChannel();
  for (const [messageId, headers] of letters)
    channel.publish('', 'dead', Buffer.from(`{"version":1,"id":"${messageId}"}`), {
      ...{ messageId, headers },
    });
  await channel.waitForConfirms();
  await channel.close();
}

test('letters with nonsense in their headers, and those around them', async () => {
  const bed = await layBed(hardened);
  await bury(bed, ['poison-1']);
  await forge(bed, [
    ['number', { 'x-death': 5 }],
    ['time', { 'x-death': [{ time: { value: 'zz' } }] }],
    ['heavy', { 'x-topo-verdict': 'poison', 'x-topo-error': 'e'.repeat(60_000) }],
  ]);
  expect((await list(bed)).map(({ id }) => id)).toEqual(['poison-1', 'number', 'time', 'heavy']);
  expect((await dead(bed, 'list')).code).toBe(0);
  const replayed = await dead(bed, 'replay');
  expect(replayed).toMatchObject({ code: 6, out: 'Replayed: 1 dead letter, 3 kept\n' });
  expect(await dead(bed, 'drop', '--yes')).toMatchObject({ out: 'Dropped: 3 dead letters\n' });
});

const died = (exchange: string, routing_key: string): object => ({
  'x-topo-verdict': 'poison',
  'x-topo-exchange': exchange,
  'x-topo-routing-key': routing_key,
});

test('a letter is replayed to workers only, wherever it says that it came from', async () => {
  const bed = await layBed(hardened);
  await forge(bed, [
    ['worker', died('jobs', 'k2')],
    ['queue', died('', 'w2')],
    ['pool', died('jobs', 'any')],
    ['results', died('', 'results')],
    ['retry', died('wait_short', 'k2')],
    ['events', died('events', 'heartbeat.a')],
    ['nobody', died('jobs', 'k9')],
    ['broker', { 'x-death': [{ exchange: '', 'routing-keys': ['results'] }] }],
    ['copies', { ...died('jobs', 'k2'), CC: ['results'] }],
  ]);
  const { code, out, err } = await dead(bed, 'replay');
  expect({ code, out }).toEqual({ code: 6, out: 'Replayed: 4 dead letters, 5 kept\n' });
  expect(err.split('\n')[0]).toBe(
    'kept: results: it says that it came by the default exchange with the key "results", and only the tasks exchange "jobs" with a worker\'s key is published to: publish the task again, or drop the letter',
  );
  const ids = async (queue: string) =>
    (await bed.takeAll(queue)).map(({ properties }) => properties.messageId as string);
  expect(await ids('w2')).toEqual(['worker', 'queue', 'copies']);
  expect(await ids('pool')).toEqual(['pool']);
  // The broker's own, of the letter when it was written.
  expect(await ids('results')).toEqual(['copies']);
  expect((await list(bed)).map(({ id }) => id)).toEqual([
    'results',
    'retry',
    'events',
    'nobody',
    'broker',
  ]);
});

test('a letter says what tells its task from others', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed);
  const task = { seed: 7, labels: { owner: 'vision' }, hyperparameters: { lr: 0.1, act: 'relu' } };
  await bed.send(JSON.stringify({ version: 1, id: 'poison-1', ...task }));
  await bed.send('no task', { messageId: 'strange' });
  await until(async () => (await bed.depth('dead')) === 2, 'their deaths');
  worker.drain();
  await worker.ended;
  expect(await list(bed)).toMatchObject([
    { id: 'poison-1', task },
    { id: 'strange', task: null },
  ]);
  const { out } = await dead(bed, 'list');
  expect(out).toContain('\n  seed 7, lr 0.1, act "relu", owner "vision"\n');
});
