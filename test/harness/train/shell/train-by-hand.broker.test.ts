// What a coordinator makes of results that no worker of ours gives, or not in that order: as a
// command, on a real broker.
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { writeDead } from '../../../../src/harness/dead/folder.ts';
import type { Result } from '../../../../src/harness/messaging/result.generated.ts';
import type { Task } from '../../../../src/harness/messaging/task.generated.ts';
import type { Job } from '../../../../src/harness/train/job/job.generated.ts';
import { readStatus } from '../../../../src/harness/train/run/status.ts';
import { broker, freshVhost } from '../../../broker.ts';
import { openProxy } from '../../../proxy.ts';
import { callHarness, startHarness, type Running } from '../../run-harness.ts';
import { job as chaosJob } from '../chaos/job.ts';
import { TrainBed, until } from '../chaos/train-bed.ts';
import { HandWorker, inlineOf, parameters } from '../hand-worker.ts';

let url: string;
let bed: TrainBed;
let worker: HandWorker;
const coordinators: Running[] = [];

beforeEach(async () => {
  const vhost = await freshVhost();
  const root = await mkdtemp(join(tmpdir(), 'topo-train-'));
  url = `${broker.amqpUrl}/${vhost}`;
  bed = await TrainBed.lay({ url, vhost, root, code: '', queues: 1 });
  worker = await HandWorker.open(url, 'w1');
});
afterEach(async () => {
  for (const { child, ended } of coordinators.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await worker.close();
  await rm(bed.root, { recursive: true });
});

const job: Job = {
  ...{ ...chaosJob, shards: ['data/0.safetensors'], rounds: 1, store: { kind: 'inline' } },
  ...{ max_failures: 3, evaluation: { shard: 'data/4.safetensors', every: 1 } },
};

async function train(changes: Partial<Job> = {}, ...flags: string[]): Promise<Running> {
  return trainOver(broker.amqpUrl, changes, ...flags);
}

async function trainOver(
  amqpUrl: string,
  changes: Partial<Job> = {},
  ...flags: string[]
): Promise<Running> {
  await writeFile(join(bed.root, 'job.yaml'), JSON.stringify({ ...job, ...changes }));
  const args = ['train', 'job.yaml', '--run', 'run', '--format', 'json', ...flags];
  const coordinator = startHarness(args, { cwd: bed.root, amqpUrl });
  coordinators.push(coordinator);
  return coordinator;
}

/** Not what they hash to. */
const bad = { ...parameters, sha256: '0'.repeat(64) };

const depth = (queue: string): Promise<number> =>
  bed.onBroker(async (channel) => (await channel.checkQueue(queue)).messageCount);

test('of evaluations that come in another order the last round’s is told at the end', async () => {
  const { ended } = await train({ rounds: 2 });
  await worker.do('init', 'r0.s0', 'r1.s0');
  await worker.answer(await worker.next('r1.eval'), { metrics: { accuracy: 0.9 } });
  const isNoted = async (): Promise<boolean> =>
    (await bed.ledger('run')).some(
      (record) => record.kind === 'accepted' && record.unit.id === 'run.r1.eval',
    );
  await until(isNoted, 'the evaluation of the last round');
  await worker.answer(await worker.next('r0.eval'), { metrics: { accuracy: 0.1 } });
  const { code, out } = await ended;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ state: 'finished', evaluation: { accuracy: 0.9 } });
});

/** The unit of a worker that nobody knows is given up after 60 heartbeats. */
const spoiled: [what: string, result: object, reason: RegExp, worker: string, beat: string][] = [
  ['a wrong hash', { parameters: bad }, /"parameters\/inline" does not hash/, 'by hand', '1s'],
  [
    'no worker, and half a sample',
    { worker: 7, samples: 0.5 },
    /"samples" must be/,
    'unknown',
    '100ms',
  ],
  [
    'a time that is none',
    { finished_at: '9999-99-99T99:99:99.999Z' },
    /the record has a wrong finished_at/,
    'by hand',
    '1s',
  ],
  ['more samples than there are numbers', { samples: 1e300 }, /"samples" must be/, 'by hand', '1s'],
  [
    'values that the outer optimizer carries out of range',
    { parameters: inlineOf(3.4e38, -3.4e38) },
    /the tensor "w" has a value that is too large to be aggregated/,
    'by hand',
    '1s',
  ],
];

test.each(spoiled)(
  'a result with %s leaves the queue, counts as a failure, and its unit is asked for again, in other words',
  async (_, changes, reason, name, heartbeat) => {
    const { ended } = await train({ max_failures: 2, heartbeat });
    await worker.do('init');
    const first = await worker.next('r0.s0');
    await worker.answer(first, changes);
    // A machine that misses three heartbeats is asked twice for the first.
    const second = await worker.next('r0.s0', ({ labels }) => labels?.['rejected'] !== undefined);
    expect(second).toEqual({ ...first, labels: { ...first.labels, rejected: '1' } });
    await worker.answer(second);
    await worker.do('r0.eval');
    expect((await ended).code).toBe(0);
    const rejected = { worker: name, reason: expect.stringMatching(reason) as unknown };
    expect(await bed.timeline('run')).toContainEqual(
      expect.objectContaining({ kind: 'dropped', why: 'invalid', ...rejected }),
    );
    expect(await bed.ledger('run')).toContainEqual(
      expect.objectContaining({ kind: 'rejected', ...rejected }),
    );
    expect(await depth('results')).toBe(0);
  },
);

test('a result that is not valid comes once more, and counts once, for a run that goes on with it, too', async () => {
  const again = async (task: Task): Promise<void> => {
    const before = await invalid();
    await worker.answer(task, { parameters: bad });
    await until(async () => (await invalid()) === before + 1, 'its end');
  };
  const invalid = async (): Promise<number> =>
    (await bed.timeline('run')).filter((entry) => entry.kind === 'dropped').length;
  const interrupted = await train({ max_failures: 2 });
  await worker.do('init');
  const first = await worker.next('r0.s0');
  await again(first);
  await again(first);
  const counted = async (): Promise<number> =>
    (await bed.ledger('run')).filter(({ kind }) => kind === 'rejected').length;
  expect(await counted()).toBe(1);
  interrupted.child.kill('SIGKILL');
  await interrupted.ended;
  const { ended } = await train({ max_failures: 2 }, '--resume');
  const isAnew = ({ labels }: Task): boolean => labels?.['rejected'] !== undefined;
  const second = await worker.next('r0.s0', isAnew);
  await again(first);
  await worker.answer(second);
  await worker.do('r0.eval');
  expect((await ended).code).toBe(0);
  expect(await counted()).toBe(1);
});

test('a result that can not be read comes again and again: that ends the run', async () => {
  const { ended } = await train({ max_failures: 2 });
  await worker.do('init');
  for (let times = 0; times < 2; times++) {
    await worker.answer(await worker.next('r0.s0'), { parameters: bad });
  }
  const { code, err } = await ended;
  expect(err).toMatch(/run\.r0\.s0 failed 2 times, at last: the result of by hand is not valid/);
  expect(code).toBe(6);
});

test('an evaluation that fails for good is told, and the run comes to its end', async () => {
  const { ended } = await train({ max_failures: 2 }, '--quiet');
  await worker.do('init', 'r0.s0');
  const bad = { parameters: { ...parameters, sha256: '0'.repeat(64) } };
  for (let times = 0; times < 2; times++) await worker.answer(await worker.next('r0.eval'), bad);
  const { code, out, err } = await ended;
  expect(code).toBe(0);
  const reason = expect.stringMatching(/^run\.r0\.eval failed 2 times, at last: /) as string;
  const left_out = [{ round: 0, reason }];
  expect(JSON.parse(out)).toMatchObject({
    state: 'finished',
    closed: 1,
    left_out,
    tasks: 2,
    failures: 2,
  });
  expect(err).toMatch(/^warning: no evaluation of round 0: run\.r0\.eval failed 2 times/m);
  const told = { kind: 'left_out', reason } as never;
  expect(await bed.timeline('run')).toContainEqual(expect.objectContaining(told));
});

async function publishStrangers(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const task = { version: 1 as const, id: `elsewhere.r0.s${n}`, run: 'elsewhere', round: 0 };
    await worker.answer(task);
  }
}

test('however many results of other runs come, and what is none, the run comes to its end and loses no result', async () => {
  await publishStrangers(24);
  const { ended, err } = await train();
  const warning = /the result of elsewhere\.r0\.s\d+ is in queue results, and not of this run/;
  await until(() => warning.test(err()), 'the warning');
  const init = await worker.next('init');
  await publishStrangers(400);
  await bed.onBroker(async (channel) => {
    for (let n = 0; n < 3_000; n++) channel.sendToQueue('results', Buffer.from(`junk ${n}`));
    await channel.waitForConfirms();
  });
  await until(async () => (await depth('results')) === 0, 'all that came');
  await worker.answer(init);
  await worker.do('r0.s0', 'r0.eval');
  const { code, err: told } = await ended;
  expect(code).toBe(0);
  const set = (await readFile(join(bed.root, 'runs/run/others.jsonl'), 'utf8')).split('\n');
  expect(set.pop()).toBe('');
  expect(new Set(set.map((line) => (JSON.parse(line) as Result).task)).size).toBe(set.length);
  expect([set.length + (await depth('results')), await depth('results')]).toEqual([424, 25]);
  expect(told).toContain('further ones are written to runs/run/others.jsonl');
  expect(told).toContain(
    `${set.length} results not of this run are in runs/run/others.jsonl: topo-harness results --from runs/run/others.jsonl --output FILE`,
  );
  expect(told).toContain('1000 messages that are no results');
  expect(told.match(/results/g)?.length).toBeLessThan(20);
});

test('one less does not, they are told of once, also over a new connection, and go back when the run ends', async () => {
  await publishStrangers(24);
  const { hostname: host, port, username, password } = new URL(url);
  const proxy = await openProxy({ host, port: Number(port) });
  onTestFinished(() => proxy.close());
  const amqpUrl = `amqp://${username}:${password}@127.0.0.1:${proxy.port}`;
  const { ended, err } = await trainOver(amqpUrl);
  const init = await worker.next('init');
  await until(() => err().includes('not of this run'), 'the warning');
  proxy.cut();
  await until(() => err().includes('the broker is out of reach'), 'the loss');
  proxy.restore();
  await until(() => err().includes('the broker is reached'), 'the connection');
  await until(async () => (await depth('results')) === 0, 'the results to be held again');
  await worker.answer(init);
  await worker.do('r0.s0', 'r0.eval');
  const { code, err: told } = await ended;
  expect(code).toBe(0);
  expect(told.match(/not of this run/g)).toHaveLength(1);
  expect(await depth('results')).toBe(24);
});

const harness = (...args: string[]) => callHarness(args, { cwd: bed.root });

test('a run that failed says why, and is given up with all that is its own, and nothing else', async () => {
  const { ended } = await train({ max_failures: 1 });
  await worker.do('init');
  await worker.answer(await worker.next('r0.s0'), { samples: 1, parameters: bad });
  expect((await ended).code).toBe(6);
  const reason = /run\.r0\.s0 failed once, at last: the result of by hand is not valid: /;
  const shown = await harness('status', 'run');
  expect(shown.out.replaceAll(/\s+/g, ' ')).toMatch(
    new RegExp(`run failed because ${reason.source}`),
  );
  const told = JSON.parse((await harness('status', 'run', '--format', 'json')).out) as object;
  expect(told).toMatchObject({ state: 'failed', reason: expect.stringMatching(reason) as string });

  await worker.stopTaking();
  await bed.onBroker(async (channel) => {
    for (const [queue, id] of [
      ...[
        ['w1', 'run.r0.s0'],
        ['w1', 'other'],
        ['w1', 'run.r7.eval'],
        ['w1', 'runner.r0.s0'],
      ],
      ...[
        ['dead', 'run.init'],
        ['dead', 'elsewhere.r0.s0'],
      ],
      ...[
        ['results', 'run.r0.s0'],
        ['results', 'elsewhere.r0.s1'],
      ],
    ] as const) {
      channel.sendToQueue(queue, Buffer.from('{}'), { messageId: id });
    }
    await channel.waitForConfirms();
  });
  // What a worker could send nowhere.
  const kept = join(bed.root, '.topo-harness/dead');
  for (const messageId of ['run.r0.s1', 'elsewhere.r0.s1']) {
    const letter = { exchange: '', routing_key: 'dead', content: Buffer.from('{}') };
    await writeDead(kept, { ...letter, properties: { messageId } });
  }
  expect(await harness('abandon', 'run')).toMatchObject({
    ...{ code: 4, err: 'without a terminal, abandon needs --yes\n' },
  });
  const stored = () => readdir(join(bed.root, 'runs/run/parameters'));
  expect(await stored()).not.toEqual([]);
  expect(await harness('abandon', 'run', '--yes')).toEqual({
    ...{ code: 0, err: '', out: 'Abandoned: run, 3 messages and 2 dead letters dropped\n' },
  });
  await until(async () => (await depth('w1')) === 2, 'those of others to be back');
  const left = async (queue: string) =>
    bed.onBroker(async (channel) => {
      const ids: string[] = [];
      for (let one = await channel.get(queue); one; one = await channel.get(queue)) {
        ids.push(String(one.properties.messageId));
      }
      return ids;
    });
  expect(await left('w1')).toEqual(['other', 'runner.r0.s0']);
  expect(await left('dead')).toEqual(['elsewhere.r0.s0']);
  expect(await left('results')).toEqual(['elsewhere.r0.s1']);
  expect(await readdir(kept)).toHaveLength(1);
  expect((await harness('status')).out).toContain('run  abandoned\n');

  const again = await train({ max_failures: 1 }, '--resume');
  expect(await again.ended).toMatchObject({ code: 1 });
  expect(again.err()).toContain('run run was given up');
  expect(await harness('abandon', 'run', '--yes')).toMatchObject({
    ...{ code: 0, out: 'Abandoned: run, 0 messages and 0 dead letters dropped\n' },
  });
});

test('a run that goes on, and one that is not there, are not given up', async () => {
  const { err } = await train();
  await worker.next('init');
  const busy = await harness('abandon', 'run', '--yes');
  expect(busy.code).toBe(1);
  expect(busy.err).toMatch(/another coordinator \(pid \d+\) is on run run/);
  const elsewhere = await harness('abandon', 'ruin', '--yes');
  expect(elsewhere.code).toBe(1);
  expect(elsewhere.err).toContain('takes the results from queue results');
  coordinators[0]?.child.kill('SIGINT');
  await coordinators[0]?.ended;
  expect(err()).not.toContain('error');
  const unknown = await harness('abandon', 'ruin', '--yes');
  expect(unknown.code).toBe(1);
  expect(unknown.err).toBe(
    'error: there is no run ruin in runs, and nothing of it on the broker\n  hint: did you mean run?\n',
  );
});

test('a resumed run measures the file that it began with: another is another by its hash', async () => {
  const first = await train();
  await worker.next('init');
  first.child.kill('SIGINT');
  expect((await first.ended).code).toBe(130);
  await writeFile(join(bed.root, 'data/4.safetensors'), 'another');
  const second = await train({}, '--resume');
  await worker.do('init', 'r0.s0');
  const evaluation = await worker.next('r0.eval');
  expect(evaluation.shard).toEqual(bed.data.evaluation);
  await worker.answer(evaluation);
  expect((await second.ended).code).toBe(0);
});

test('a worker without a key of its own is told before anything is begun', async () => {
  const file = join(bed.root, 'topology.yaml');
  const text = await readFile(file, 'utf8');
  const pattern = text.replace('"routing_key":"w1"', '"routing_key":"*"');
  await writeFile(file, pattern.replace('"jobs","type":"direct"', '"jobs","type":"topic"'));
  const { code, err } = await (await train()).ended;
  expect({ code, err }).toEqual({
    code: 3,
    err: `error: no binding has a routing key that leads only to queue "w1"
  hint: bind it with a key of its own: each training task is for one worker
`,
  });
  expect(existsSync(join(bed.root, 'runs'))).toBe(false);
});

test('a model outside of the roots is not read, and nothing is begun', async () => {
  const outside = join(bed.root, '..', 'first.safetensors');
  const { code, err } = await (
    await train({ model: { parameters: outside, hyperparameters: {} } })
  ).ended;
  expect(code).toBe(3);
  expect(err).toContain('lies outside of the roots');
  expect(err).toContain('hint: name a safetensors file below --root DIR, or leave it out');
  expect(existsSync(join(bed.root, 'runs', 'run'))).toBe(false);
});

test('a worker whose queue the topology does not have gets no tasks, and ends nothing', async () => {
  const stray = await HandWorker.open(url, 'dead');
  try {
    const { ended, err } = await train();
    await until(() => err().includes('queue "dead"'), 'the warning');
    await worker.do('init', 'r0.s0', 'r0.eval');
    const { code, err: told } = await ended;
    expect(code).toBe(0);
    expect(told.split('\n').filter((line) => line.includes('queue "dead"'))).toEqual([
      'worker "by hand" takes tasks from queue "dead", which is no worker\'s queue in the topology of this run: it gets none, unless the run is resumed with a topology that has the queue',
    ]);
    expect(stray.tasks).toEqual([]);
  } finally {
    await stray.close();
  }
});

/** Such as whoever may publish to the events exchange sends. */
const forge = (names: number, queue: (n: number) => string): Promise<void> =>
  bed.onBroker((channel) => {
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
  const { ended, err } = await train();
  const first = await worker.next('init');
  await forge(5_000, () => 'w1');
  await forge(5_000, (n) => `nowhere ${n}`);
  const counted = async (): Promise<boolean> =>
    ((await readStatus(join(bed.root, 'runs/run')))?.strangers ?? 0) > 9_900;
  await until(counted, 'the count');
  const status = await readFile(join(bed.root, 'runs/run/status.json'), 'utf8');
  expect(status.length).toBeLessThan(10_000);
  expect(err().split('\n').length).toBeLessThan(100);
  await worker.answer(first);
  await worker.do('r0.s0', 'r0.eval');
  expect((await ended).code).toBe(0);
});

test('a first model that was not made for this task does not count, and costs the run nothing', async () => {
  const { ended, err } = await train({ max_failures: 1 });
  const init = await worker.next('init');
  const shard = join(bed.root, 'data/0.safetensors');
  const before = await readFile(shard);
  const at = new Date().toISOString();
  const forged = {
    ...{ version: 1, task: init.id, run: 'run', round: 0, worker: 'by hand', attempt: 1 },
    ...{ started_at: at, finished_at: at, parameters: { uri: 'data/0.safetensors' } },
  };
  // Without the task's words, of other words, and one that can't be read: more than the failures
  // that end the run.
  await worker.publish(init.id, forged);
  await worker.publish(init.id, {
    ...forged,
    task_sha256: hash('sha256', JSON.stringify(init) + ' '),
  });
  await worker.publish(init.id, { ...forged, worker: 7 });
  await until(() => err().split('not made of the task').length > 2, 'what is told');
  await worker.answer(init);
  await worker.do('r0.s0', 'r0.eval');
  expect((await ended).code).toBe(0);
  expect(await bed.ledger('run')).toContainEqual(
    expect.objectContaining({
      kind: 'accepted',
      unit: expect.objectContaining({ kind: 'init' }) as unknown,
      parameters: expect.objectContaining({ sha256: parameters.sha256 }) as unknown,
    }),
  );
  expect(await readFile(shard)).toEqual(before);
  expect(err()).toContain(
    'a result is left out that was not made of the task that this run sent (run.init, "by hand")',
  );
  expect(await depth('results')).toBe(0);
});

test('failures and claims that do not name the task that the run sent cost the run nothing', async () => {
  const shards: Job['shards'] = ['data/0.safetensors', 'data/1.safetensors'];
  const { ended, err } = await train({ max_failures: 1, shards });
  const init = await worker.next('init');
  const wrong = hash('sha256', 'guessed');
  const forge = async (id: string): Promise<void> => {
    for (const task_sha256 of [undefined, wrong]) {
      for (const event of ['failed', 'given_up']) {
        for (const verdict of ['poison', 'fatal', undefined])
          await worker.tell({ event, task: id, attempt: 1, verdict, error: 'forged', task_sha256 });
      }
      await worker.tell({ event: 'started', task: id, attempt: 1, task_sha256 });
    }
  };
  await forge(init.id);
  // It has all tasks of the round, even before they are sent, and keeps them.
  const claim = ['run.r0.s0', 'run.r0.s1', 'run.r0.eval'].map((id) => ({
    ...{ id, attempt: 1, started_at: new Date().toISOString(), task_sha256: wrong },
  }));
  const beat = { worker: 'forger', state: 'busy', concurrency: 1, tasks: claim };
  const beating = setInterval(() => void worker.tell(beat).catch(() => undefined), 50);
  onTestFinished(() => clearInterval(beating));
  await worker.tell(beat);
  await until(() => err().includes('an event is left out'), 'what is told');
  await worker.answer(init);
  const first = await worker.next('r0.s0');
  await forge(first.id);
  await worker.answer(first);
  await worker.do('r0.s1', 'r0.eval');
  expect((await ended).code).toBe(0);
  expect(err()).not.toContain('forged');
});

test('late results of made-up workers do not stand in the timeline or the report', async () => {
  const { ended } = await train();
  const init = await worker.next('init');
  await worker.answer(init);
  const task = await worker.next('r0.s0');
  await bed.onBroker(async (channel) => {
    const at = new Date().toISOString();
    for (let n = 0; n < 2_000; n++) {
      const late = { version: 1, task: init.id, worker: `made up ${n}`, attempt: 1 };
      const content = JSON.stringify({ ...late, started_at: at, finished_at: at });
      channel.sendToQueue('results', Buffer.from(content), { messageId: init.id });
    }
    await channel.waitForConfirms();
  });
  await worker.answer(init);
  await worker.answer(task);
  await worker.do('r0.eval');
  expect((await ended).code).toBe(0);
  const late = (await bed.timeline('run')).filter(({ kind }) => kind === 'dropped');
  expect(late).toMatchObject([{ why: 'late', worker: 'by hand' }]);
  const report = await readFile(join(bed.root, 'runs/run/report.html'), 'utf8');
  expect(report).not.toContain('made up');
});

test('a failure that names the task that the run sent counts', async () => {
  const { ended } = await train({ max_failures: 1 });
  await worker.fail(await worker.next('init'), 'poison');
  const { code, err } = await ended;
  expect(code).toBe(6);
  expect(err).toContain('run.init failed once, at last: by hand: no such file');
});

test('where the topology names users, results and events of no worker’s are left out, however many', async () => {
  const file = join(bed.root, 'topology.yaml');
  const user = broker.username;
  const users = `"harness":{"users":{"workers":["${user}"],"coordinator":"${user}"},`;
  await writeFile(file, (await readFile(file, 'utf8')).replace('"harness":{', users));
  // More than the results of others that end a coordinator.
  for (let n = 0; n < 60; n++) await worker.publish(`junk ${n}`, { n });
  const { ended, err } = await train({ max_failures: 1 });
  await until(() => err().includes('an event is left out'), 'the events of nobody');
  worker.signature = { userId: user };
  const init = await worker.next('init');
  worker.signature = {};
  await worker.answer(init);
  await worker.answer(init, { parameters: { uri: 'data/0.safetensors' } });
  worker.signature = { userId: user };
  await worker.answer(init);
  await worker.do('r0.s0', 'r0.eval');
  expect((await ended).code).toBe(0);
  expect(err().split('left out').length).toBe(3);
  expect(err()).toContain(
    `a result is left out: it was published without a user id, and not by "${user}"`,
  );
  expect(await depth('results')).toBe(0);
});
