// topo-harness results, as a person runs it: results of tasks taken into a file, once each, or
// looked at and left.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockOf } from '../../../src/harness/messaging/results-lock.ts';
import { openIntake } from '../../../src/harness/train/shell/intake.ts';
import type { Result } from '../../../src/harness/messaging/result.generated.ts';
import { broker, env } from '../../broker.ts';
import { callProgram, type Ended } from '../../cli/call.ts';
import { makeProgram } from '../../../src/cli/harness/program.ts';
import { sampleOf } from '../../sample.ts';
import { hardened, layBed, plain, until, type Bed } from '../bed.ts';
import { startHarness } from '../run-harness.ts';
import { work } from '../worker-bed.ts';

interface ResultsBed extends Bed {
  readonly folder: string;
  put(...results: readonly object[]): Promise<void>;
  run(...args: readonly string[]): Promise<Ended>;
  read(file: string): Promise<string>;
  rows(file: string): Promise<Record<string, unknown>[]>;
}

async function layResultsBed(topology = hardened): Promise<ResultsBed> {
  const bed = await layBed(topology);
  const folder = await mkdtemp(join(tmpdir(), 'topo-results-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const channel = await bed.model.createConfirmChannel();
  const read = (file: string) => readFile(join(folder, file), 'utf8');
  return {
    ...{ ...bed, folder, read },
    async put(...results) {
      for (const result of results) {
        channel.publish('', 'results', Buffer.from(JSON.stringify(result)), { persistent: true });
      }
      await channel.waitForConfirms();
    },
    run: (...args) =>
      callProgram(makeProgram, ['results', '--topology', bed.file, ...args], { cwd: folder, env }),
    rows: async (file) => linesOf(await read(file)),
  };
}

const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const resultOf = (task: string, more: Partial<Result> = {}): Result => ({
  ...{ version: 1, task, worker: 'w', attempt: 1 },
  started_at: '2026-11-28T10:00:00.000Z',
  finished_at: '2026-11-28T10:00:04.500Z',
  ...more,
});

test('a quorum queue takes the acks of many results at a time before the goodbye', async () => {
  const bed = await layResultsBed(
    hardened.replace('{ name: results }', '{ name: results, arguments: { x-queue-type: quorum } }'),
  );
  const count = 400;
  await bed.put(...Array.from({ length: count }, (_, n) => resultOf(`t${n}`)));
  const first = await bed.run('--output', 'all.jsonl');
  expect(first).toMatchObject({ code: 0, out: `Results: ${count} results written to all.jsonl\n` });
  const second = await bed.run('--output', 'more.jsonl');
  expect(second).toMatchObject({ code: 0, out: 'Results: 0 results written to more.jsonl\n' });
});

test('a worker hands on what identifies its task, and the result is one flat row', async () => {
  const bed = await layResultsBed();
  const worker = await work(bed);
  const task = {
    ...{ version: 1, id: 'a', seed: 7, hyperparameters: { lr: 0.1, layers: [8, 8] } },
    labels: { owner: 'vision' },
  };
  await bed.send(JSON.stringify(task));
  await until(async () => (await bed.depth('results')) === 1, 'the result');
  worker.drain();
  await worker.ended;

  const looked = await bed.run();
  expect(looked.code).toBe(0);
  expect(linesOf(looked.out)).toEqual([
    {
      ...{ id: 'a', worker: 'tester', attempts: 1, seconds: expect.any(Number) as number },
      started_at: expect.any(String) as string,
      finished_at: expect.any(String) as string,
      ...{ seed: 7, 'labels.owner': 'vision', 'hyperparameters.lr': 0.1 },
      ...{ 'hyperparameters.layers': [8, 8], 'metrics.loss': 0.5, samples: 1 },
    },
  ]);
  expect(looked.err).toBe('1 result stays in queue results; --output FILE takes them\n');
  await until(async () => (await bed.depth('results')) === 1, 'it to be back');

  const taken = await bed.run('--output', 'results.jsonl');
  expect(taken).toEqual({ code: 0, out: 'Results: 1 result written to results.jsonl\n', err: '' });
  expect(await bed.read('results.jsonl')).toBe(looked.out);
  expect(await bed.depth('results')).toBe(0);
  const none = { code: 0, out: '', err: 'there are no results of tasks in queue results\n' };
  expect(await bed.run()).toEqual(none);
  expect(await bed.run('--format', 'csv')).toEqual(none);
});

test('results that come twice, also in another run, are one row', async () => {
  const bed = await layResultsBed();
  await bed.put(resultOf('a'), resultOf('b'), resultOf('a', { worker: 'other' }));
  expect(await bed.run('--output', 'r.jsonl', '--keep')).toMatchObject({
    out: 'Results: 2 results written to r.jsonl, 1 more was of a task that has one\n',
  });
  await until(async () => (await bed.depth('results')) === 3, 'all of them to be back');
  await bed.put(resultOf('c'));
  expect(await bed.run('--output', 'r.jsonl')).toMatchObject({
    out: 'Results: 1 result written to r.jsonl, 3 more were of tasks that have one\n',
  });
  expect((await bed.rows('r.jsonl')).map(({ id, worker }) => [id, worker])).toEqual([
    ['a', 'w'],
    ['b', 'w'],
    ['c', 'w'],
  ]);
  expect(await bed.depth('results')).toBe(0);
});

test('a table is sorted, takes new columns in, and says no formula', async () => {
  const bed = await layResultsBed();
  await bed.put(
    resultOf('a', { metrics: { loss: 0.5 }, labels: { note: '=1+1, "x"' } }),
    resultOf('b', { hyperparameters: { lr: 0.1 } }),
  );
  const sorted = ['--output', 'r.csv', '--sort', 'metrics.loss', '--descending'];
  expect(await bed.run(...sorted)).toMatchObject({ code: 0 });
  await bed.put(
    resultOf('c', { metrics: { accuracy: 0.9, loss: 2 }, labels: { note: 'a\u202eb\n' } }),
  );
  expect(await bed.run(...sorted)).toMatchObject({ code: 0 });
  expect(await bed.read('r.csv')).toBe(
    [
      'id,worker,attempts,seconds,started_at,finished_at,labels.note,metrics.loss,metrics.accuracy,hyperparameters.lr',
      'c,w,1,4.5,2026-11-28T10:00:00.000Z,2026-11-28T10:00:04.500Z,a\\u202eb\\u000a,2,0.9,',
      `a,w,1,4.5,2026-11-28T10:00:00.000Z,2026-11-28T10:00:04.500Z,"'=1+1, ""x""",0.5,,`,
      'b,w,1,4.5,2026-11-28T10:00:00.000Z,2026-11-28T10:00:04.500Z,,,,0.1',
      '',
    ].join('\n'),
  );
});

test('what is no result of a task stays, and is told', async () => {
  const bed = await layResultsBed();
  const ofTraining = { run: 'digits-1', round: 3 };
  await bed.put(
    ...[resultOf('a'), resultOf('digits-1.r3.s0', ofTraining), { version: 1 }],
    resultOf('digits-1.init', ofTraining),
    resultOf('digits-1.mine', ofTraining),
    // No run is called so, and nobody is to type it into a shell.
    resultOf('$(date).init', { run: '$(date)' }),
  );
  const ended = await bed.run('--output', 'r.jsonl');
  expect(ended).toMatchObject({ code: 0, out: 'Results: 3 results written to r.jsonl\n' });
  expect(ended.err).toContain(
    'warning: 2 results of the training digits-1 stay in queue results: topo-harness train --run digits-1 --resume takes them',
  );
  expect(ended.err).toContain('warning: 1 message in queue results stays there, as no result: ');
  await until(async () => (await bed.depth('results')) === 3, 'the rest to be back');
  expect((await bed.rows('r.jsonl')).map(({ id }) => id)).toEqual([
    'a',
    'digits-1.mine',
    '$(date).init',
  ]);
});

test('a coordinator that takes the results is named', async () => {
  const bed = await layResultsBed();
  const intake = await openIntake({
    ...{ target: bed.target, vhost: bed.vhost, name: 'topo-harness train digits-1 (consumer)' },
    ...{ timeout: 5_000, heartbeat: 5, results: 'results', events: 'events', prefetch: 1 },
    ...{ onResult: () => undefined, onEvent: () => undefined },
  });
  onTestFinished(() => intake.close());
  const ended = await bed.run();
  expect(ended.code).toBe(1);
  expect(ended.err).toMatch(
    /^error: topo-harness train digits-1 \(consumer\) at [\d.]+:\d+ takes the results from queue results\n {2}hint: wait for its end/,
  );
});

test('looking refuses before the queue would drop a message that was looked at too often', async () => {
  const limited = '{ name: results, arguments: { x-queue-type: quorum, x-delivery-limit: 4 } }';
  const bed = await layResultsBed(hardened.replace('{ name: results }', limited));
  await bed.put(resultOf('a'), resultOf('b'));
  const channel = await bed.model.createChannel();
  const isLetGo = async () => {
    const { consumerCount, messageCount } = await channel.checkQueue('results');
    return consumerCount === 0 && messageCount === 2;
  };
  const codes: (number | null)[] = [];
  for (let times = 0; times < 9; times++) {
    const { code, err } = await bed.run();
    codes.push(code);
    if (code === 1)
      expect(err).toContain('queue results drops what is delivered more than 4 times');
    await until(isLetGo, 'the last look to let go');
  }
  expect(codes.slice(0, 3)).toEqual([0, 0, 1]);
  expect(await bed.run('--output', 'r.jsonl')).toMatchObject({ code: 0 });
  expect((await bed.rows('r.jsonl')).map(({ id }) => id).sort()).toEqual(['a', 'b']);
});

test('a results file that something else stands in is left alone, and one that a crash tore is mended', async () => {
  const bed = await layResultsBed();
  await bed.put(resultOf('a'), resultOf('b'));
  for (const [file, text] of [
    ['notes.txt', 'notes of mine'],
    ['other.jsonl', '{"name":"x"}\n'],
    ['other.csv', 'name,loss\nx,1\n'],
  ] as const) {
    await writeFile(join(bed.folder, file), text);
    const ended = await bed.run('--output', file);
    expect(ended).toMatchObject({ code: 3 });
    expect(ended.err).toContain(`--output ${file} holds something else than results`);
    expect(await bed.read(file)).toBe(text);
  }
  await writeFile(join(bed.folder, 'r.jsonl'), '{"id":"b"}\n{"id":"a","wor');
  expect(await bed.run('--output', 'r.jsonl')).toMatchObject({ code: 0 });
  expect((await bed.rows('r.jsonl')).map(({ id }) => id)).toEqual(['b', 'a']);
});

test('results stay in the queue where the disk is full', async () => {
  const bed = await layResultsBed();
  await bed.put(resultOf('a'));
  const ended = await bed.run('--output', '/dev/full');
  expect(ended).toMatchObject({ code: 3 });
  expect(ended.err).toContain('/dev/full is no regular file');
  expect(await bed.depth('results')).toBe(1);
});

test.each([
  ['--follow needs --output', ['--follow']],
  ['--follow and --keep do not go together', ['--follow', '--keep', '--output', 'x']],
  ['--sort is for --format csv', ['--sort', 'seed']],
  ['--descending needs --sort', ['--descending']],
])('%s', async (words, flags) => {
  const ended = await callProgram(makeProgram, ['results', ...flags], { cwd: '.', env });
  expect(ended.code).toBe(3);
  expect(ended.err).toContain(words);
});

test('without a results queue it is said where the results are', async () => {
  const bed = await layResultsBed(plain);
  const ended = await bed.run();
  expect(ended.code).toBe(3);
  expect(ended.err).toContain('the topology names no results queue');
  expect(ended.err).toContain('.topo-harness');
});

const program = new URL('results-process.mjs', import.meta.url).pathname;

// The first two have each value once.
const kills = [
  { format: 'jsonl', when: 'before', batch: 1 },
  { format: 'csv', when: 'after', batch: 3 },
  { format: 'jsonl', when: 'before', batch: 3 },
  { format: 'jsonl', when: 'after', batch: 1 },
  { format: 'jsonl', when: 'after', batch: 3 },
  { format: 'csv', when: 'before', batch: 1 },
  { format: 'csv', when: 'before', batch: 3 },
  { format: 'csv', when: 'after', batch: 1 },
] as const;

test.each(sampleOf(kills))(
  'killed $when batch $batch of $format is in the file',
  async ({ format, when, batch }) => {
    const bed = await layResultsBed();
    const ids = Array.from({ length: 45 }, (_, index) => `task-${index}`);
    await bed.put(...ids.map((id) => resultOf(id)));
    const { hostname, port, username } = bed.target;
    const target = { hostname, port, username, password: broker.password };
    const output = join(bed.folder, `r.${format}`);
    const child = spawn(process.execPath, [program], {
      env: {
        RESULTS_SETTINGS: JSON.stringify({ target, vhost: bed.vhost, output, format, when, batch }),
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    const left = ids.length - (batch - 1) * 10;
    await until(async () => (await bed.depth('results')) === left, 'the unacked to be back');
    if (format === 'jsonl') await appendFile(output, '{"id":"task-44","work');
    expect(await bed.run('--output', `r.${format}`)).toMatchObject({ code: 0 });
    const lines = (await bed.read(`r.${format}`)).trimEnd().split('\n');
    const found =
      format === 'csv'
        ? lines.slice(1).map((line) => line.split(',')[0])
        : linesOf(lines.join('\n')).map(({ id }) => id);
    expect(found.sort()).toEqual([...ids].sort());
    expect(await bed.depth('results')).toBe(0);
  },
);

test('following takes what comes, through a lost connection, and Ctrl-C is its end', async () => {
  const bed = await layResultsBed();
  await bed.put(resultOf('a'));
  const following = startHarness(
    ['results', '--topology', bed.file, '--follow', '--output', 'r.jsonl'],
    { cwd: bed.folder },
  );
  const has = async (count: number) =>
    (await bed.read('r.jsonl').catch(() => '')).split('\n').length === count + 1;
  await until(() => has(1), 'the first');
  await bed.put(resultOf('b'), resultOf('a'), resultOf('x.init', { run: 'x' }));
  await until(() => has(2), 'the second');
  await until(() => following.err().includes('1 result of the training x'), 'the warning');
  following.child.kill('SIGINT');
  expect(await following.ended).toMatchObject({
    code: 0,
    out: 'Results: 2 results written to r.jsonl, 1 more was of a task that has one\n',
  });
  await until(async () => (await bed.depth('results')) === 1, 'the rest to be back');
  const channel = await bed.model.createChannel();
  // Its lock is gone with it.
  await expect(channel.checkQueue(lockOf('results'))).rejects.toThrow('NOT_FOUND');
});

test('files of results are taken like the queue: each task once, and what is no result is left out', async () => {
  const bed = await layResultsBed();
  const lines = (...some: readonly (object | string)[]) =>
    some.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('');
  const others = lines(
    ...[resultOf('a', { metrics: { loss: 2 } }), resultOf('a'), resultOf('b')],
    ...['', 'junk', { ...resultOf('c'), attempt: 'one' }, resultOf('r1.r0.s0', { run: 'r1' })],
  );
  await writeFile(join(bed.folder, 'others.jsonl'), `${others}{"version":1,"task":"to`);
  await writeFile(join(bed.folder, 'w1.jsonl'), lines(resultOf('b'), resultOf('d')));
  const from = ['--from', 'others.jsonl', '--from', 'w1.jsonl'];
  const looked = await bed.run(...from);
  expect(linesOf(looked.out).map(({ id }) => id)).toEqual(['a', 'b', 'd']);
  const taken = await bed.run(...from, '--output', 'all.csv');
  expect(taken.out).toBe(
    'Results: 3 results written to all.csv, 2 more were of tasks that have one\n',
  );
  expect(taken.err).toMatch(/^warning: 1 result of the training r1 in others\.jsonl is left out: /);
  expect(taken.err).toMatch(
    /^warning: 3 lines of others\.jsonl are left out, as no result: it is/m,
  );
  expect(taken.err.split('\n')).toHaveLength(3);
  expect(looked.err).toBe(taken.err);

  await bed.put(resultOf('d'), resultOf('e'));
  expect((await bed.run('--output', 'all.csv')).out).toBe(
    'Results: 1 result written to all.csv, 1 more was of a task that has one\n',
  );
  const again = await bed.run(...from, '--output', 'all.csv', '--sort', 'metrics.loss');
  expect(again.out).toMatch(/^Results: 0 results written to all\.csv, 5 more/);
  const ids = (await bed.read('all.csv')).split('\n').map((line) => line.split(',')[0]);
  expect(ids).toEqual(['id', 'a', 'b', 'd', 'e', '']);
});

test.each([
  [['--from', 'nowhere'], "--from nowhere can't be read: ENOENT"],
  [['--from', '.'], "--from . can't be read: EISDIR"],
  [['--from', 'x', '--keep'], '--from takes results out of files'],
  [['--from', 'x', '--follow', '--output', 'y'], '--from takes results out of files'],
])('%j is wrong', async (args, message) => {
  const bed = await layResultsBed();
  const { code, out, err } = await bed.run(...args);
  expect([code, out]).toEqual([3, '']);
  expect(err).toContain(message);
});
