// A sweep from its file to its table, as docs/sweeps.md tells it, with kill -9 at whatever works on
// it.
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeProgram } from '../../../src/cli/harness/program.ts';
import { parseCsv } from '../../../src/harness/results/csv.ts';
import { env } from '../../broker.ts';
import { callProgram, type Ended } from '../../cli/call.ts';
import { root } from '../../docs/clone.ts';
import { hardened, layBed, until, type Bed } from '../bed.ts';
import { startHarness, type Running } from '../run-harness.ts';
import { work } from '../worker-bed.ts';

interface SweepBed extends Bed {
  readonly folder: string;
  run(verb: string, ...args: readonly string[]): Promise<Ended>;
  start(verb: string, ...args: readonly string[]): Running;
  idsIn(file: string): Promise<string[]>;
}

async function laySweepBed(topology = hardened): Promise<SweepBed> {
  const bed = await layBed(topology);
  const folder = await mkdtemp(join(tmpdir(), 'topo-sweep-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await copyFile(join(root, 'examples/sweep/sweep.yaml'), join(folder, 'sweep.yaml'));
  await copyFile(join(root, 'examples/first-tasks/train.mjs'), join(folder, 'train.mjs'));
  const args = (verb: string, more: readonly string[]) => [verb, '--topology', bed.file, ...more];
  return {
    ...{ ...bed, folder },
    run: (verb, ...more) => callProgram(makeProgram, args(verb, more), { cwd: folder, env }),
    start: (verb, ...more) => startHarness(args(verb, more), { cwd: folder }),
    idsIn: async (file) => (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n'),
  };
}

const sweeps = await readFile(join(root, 'docs/sweeps.md'), 'utf8');

/** A command of the documentation, word by word. */
function documented(command: string): [string, ...string[]] {
  expect(sweeps).toContain(`npx topo-harness ${command}\n`);
  return command.split(' ') as [string, ...string[]];
}

test('the sweep of the documentation is that of the examples', async () => {
  const example = await readFile(join(root, 'examples/sweep/sweep.yaml'), 'utf8');
  expect(sweeps).toContain(`\`\`\`yaml\n${example.replace(/^#.*\n/gm, '')}\`\`\``);
});

const slow = 'trainers take their time, and are killed';

test(
  'kill -9 of workers, and of who takes the results, leaves one row for each task',
  { meta: { slow } },
  async () => {
    const bed = await laySweepBed();
    const publish = documented('publish --sweep sweep.yaml --ids sweep.ids');
    expect(await bed.run(...publish)).toMatchObject({ code: 0 });
    const ids = await bed.idsIn('sweep.ids');
    expect(new Set(ids).size).toBe(20);
    const startWorker = (name: string) =>
      bed.start('work', 'pool', '--name', name, '--state', name, '--handler', 'train.mjs');
    const [one, two] = [startWorker('one'), startWorker('two')];
    const rows = async () => {
      const text = await readFile(join(bed.folder, 'results.csv'), 'utf8').catch(() => '');
      return parseCsv(text) ?? [];
    };
    const take = async (): Promise<Running> => {
      for (;;) {
        const before = (await rows()).length;
        const taker = bed.start('results', '--output', 'results.csv', '--follow');
        // The broker gives the lock of one that was killed away as soon as it has noticed.
        const isOver = () => taker.child.exitCode !== null;
        await until(async () => isOver() || (await rows()).length > before, 'a row');
        if (!isOver()) return taker;
      }
    };
    const taker = await take();
    one.child.kill('SIGKILL');
    taker.child.kill('SIGKILL');
    const three = startWorker('one');
    const next = await take();
    two.child.kill('SIGKILL');
    await until(async () => (await rows()).length === ids.length, 'all rows');
    next.child.kill('SIGINT');
    expect(await next.ended).toMatchObject({ code: 0 });
    await until(() => three.err().includes('"working"'), 'the last worker');
    three.child.kill('SIGTERM');
    expect(await three.ended).toMatchObject({ code: 0 });

    const sort = documented('results --output results.csv --sort metrics.loss');
    expect(await bed.run(...sort)).toMatchObject({ code: 0 });
    const found = await rows();
    expect(found.map((row) => row.get('id')).sort()).toEqual([...ids].sort());
    const losses = found.map((row) => Number(row.get('metrics.loss')));
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
    const points = found.map((row) =>
      ['steps', 'learning_rate']
        .map((name) => row.get(`hyperparameters.${name}`))
        .concat(row.get('seed')),
    );
    expect(new Set(points.map(String)).size).toBe(20);
    expect(new Set(found.map((row) => row.get('labels.sweep')))).toEqual(new Set(['lines']));
    const { code, out } = await bed.run(
      'status',
      '--tasks',
      '--ids',
      'sweep.ids',
      '--results',
      'results.csv',
    );
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^20 tasks\ndone {10}20\nrate {10}[\d.]+ a second\n$/),
    ]);
  },
);

test('publish writes the ids that it made, also of what a former call began', async () => {
  const bed = await laySweepBed();
  const lines = '{"round":0}\n{"id":"mine"}\n{"round":2}\n';
  await writeFile(join(bed.folder, 'tasks.jsonl'), lines);
  const channel = await bed.model.createChannel();
  await channel.unbindQueue('w2', 'jobs', 'k2');
  const refused = await bed.run('publish', 'tasks.jsonl', '--to', 'w2', '--ids', 'a.ids');
  expect(refused.code).toBe(6);
  const ids = await bed.idsIn('a.ids');
  expect(ids).toHaveLength(3);
  expect(ids[1]).toBe('mine');
  await channel.bindQueue('w2', 'jobs', 'k2');
  const resumed = await bed.run('publish', '--resume', '--ids', '-');
  expect(resumed).toMatchObject({ code: 0, out: `${ids.join('\n')}\n` });
  expect(resumed.err).toContain('Published: 3 confirmed');
  const nothing = await bed.run('publish', '--resume', '--ids', '-');
  expect(nothing.out).toBe('');
  expect(nothing.err).toContain('the outbox is empty');
  const sent = (await bed.takeAll('w2')).map(({ properties }) => String(properties.messageId));
  expect(sent).toEqual(ids);
});

test("where the ids can't be written, the outbox keeps them", async () => {
  const bed = await laySweepBed();
  const ended = await bed.run('publish', '--sweep', 'sweep.yaml', '--ids', '/dev/full');
  expect(ended.code).toBe(7);
  expect(ended.err).toContain("--ids /dev/full can't be written: ENOSPC");
  expect(ended.err).toContain('topo-harness publish --resume --ids /dev/full writes them');
  expect(await bed.run('publish', '--resume', '--ids', 'a.ids')).toMatchObject({ code: 0 });
  const sent = (await bed.takeAll('pool')).map(({ properties }) => String(properties.messageId));
  expect(sent).toEqual(await bed.idsIn('a.ids'));
});

interface Batch {
  readonly tasks: Record<string, number>;
  readonly queues: readonly { queue: string; messages: number }[];
  readonly unknown: readonly string[];
}

test('status tells of a batch what results, events and queues say, and what nothing says', async () => {
  const bed = await laySweepBed();
  const ids = ['a', 'poison-1', 'retryable-9-x', 'wait-1', 'b', 'c'];
  await writeFile(join(bed.folder, 'ids'), `${ids.join('\n')}\n`);
  const line =
    '{"id":"b","finished_at":"2026-11-28T10:00:00.000Z"}\n{"task":"strange"}\n{"id":"c","fin';
  await writeFile(join(bed.folder, 'r.jsonl'), line);
  const status = async (...args: string[]): Promise<Batch> => {
    const more = ['--tasks', '--ids', 'ids', '--format', 'json', ...args];
    const { code, out, err } = await bed.run('status', ...more);
    expect([code, err]).toEqual([0, '']);
    return JSON.parse(out) as Batch;
  };
  const before = await status();
  expect(before.tasks).toMatchObject({ total: 6, done: 0, not_heard_of: 6 });
  expect(before.unknown.join('\n')).toMatch(
    /no file of results is given[^]*what became of 6 tasks/,
  );

  const watching = bed.start(
    'status',
    '--tasks',
    '--ids',
    'ids',
    '--results',
    'r.jsonl',
    '--watch',
    '--format',
    'json',
  );
  const last = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as Batch;
  let seen = '';
  watching.child.stdout?.on('data', (text) => (seen += String(text)));
  await until(() => seen.endsWith('\n'), 'a first look');
  const worker = await work(bed, { heartbeat: 100, max_attempts: 99 });
  for (const id of ids.filter((one) => !['b', 'c'].includes(one))) await bed.publish(id);
  await bed.publish('wait-2');
  const counted = {
    total: 6,
    done: 2,
    failed: 1,
    running: 1,
    retried: 1,
    not_taken: 0,
    not_heard_of: 1,
  };
  await until(() => {
    try {
      expect(last(seen).tasks).toMatchObject(counted);
      return true;
    } catch {
      return false;
    }
  }, 'all kinds');
  expect(last(seen).queues).toContainEqual({ queue: 'dead', role: 'dead_letter', messages: 1 });
  expect(last(seen).queues).toContainEqual({ queue: 'results', role: 'results', messages: 1 });
  worker.trainer.finish('wait-1');
  await until(() => last(seen).tasks['done'] === 3, 'the end of what waited');
  watching.child.kill('SIGINT');
  expect(await watching.ended).toMatchObject({ code: 130 });
  const text = await bed.run('status', '--tasks', '--ids', 'ids', '--results', 'r.jsonl');
  expect(text.out).toMatch(/^6 tasks\ndone {10}1\n/);
  // Of a and wait-1; wait-2 is trained still.
  expect(text.out).toContain('not taken     2\n');
  expect(text.out).toContain('2 results, not taken yet: topo-harness results --output FILE\n');
  expect(text.out).toContain('queue         dead: 1 dead letters: topo-harness dead list\n');
});

test.each([
  ['--tasks needs their ids', ['--tasks']],
  ['--tasks is about no run', ['--tasks', 'run-1', '--ids', 'x']],
  ['--ids and --results are for --tasks', ['--ids', 'x']],
  ["--ids nowhere can't be read: ENOENT", ['--tasks', '--ids', 'nowhere']],
])('%s', async (words, args) => {
  const ended = await callProgram(makeProgram, ['status', ...args], { cwd: tmpdir(), env });
  expect(ended.code).toBe(3);
  expect(ended.err).toContain(words);
});
