import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openExecHandler } from '../../../src/harness/trainers/exec/exec-handler.ts';
import type { ExecOptions } from '../../../src/harness/trainers/exec/options.ts';
import { openPerTaskHandler } from '../../../src/harness/trainers/exec/per-task-handler.ts';
import type { Handler, Trained } from '../../../src/harness/handler.ts';
import { testInWhole } from '../../sample.ts';
import { optionsFor } from './exec/options-for.ts';
import { barePython, python } from './exec/python.ts';
import {
  abortOnce,
  findSurvivors,
  folder,
  processesOf,
  takenBack,
  task,
  training,
} from './exec/trainer.ts';

const helper = `${barePython} '${folder}helper_train.py'`;
const examples = new URL('../../../examples/python/', import.meta.url).pathname;

const forms: [form: string, open: (options: ExecOptions) => Handler][] = [
  ['--exec', openExecHandler],
  ['--exec-per-task', openPerTaskHandler],
];

async function withTrainer(
  open: (options: ExecOptions) => Handler,
  command: string,
  use: (handler: Handler, noted: ReturnType<typeof optionsFor>) => Promise<void>,
  more: Partial<ExecOptions> = {},
): Promise<void> {
  const noted = optionsFor(command, more);
  const handler = open(noted.options);
  try {
    await handler.start();
    await use(handler, noted);
  } finally {
    await handler.stop();
  }
  expect(await findSurvivors(noted.options.worker)).toEqual([]);
}

const successes: [run: string, trained: Trained][] = [
  ['nothing', {}],
  ['scalar', { metrics: { loss: 0.25 } }],
  ['noise', { samples: 3 }],
];

const failures: [run: string, verdict: string, message: RegExp][] = [
  ['retryable', 'retryable', /no memory$/],
  ['poison', 'poison', /no columns$/],
  ['fatal', 'fatal', /no GPU$/],
  ['exception', 'retryable', /KeyError: 'loss'/],
  ['interrupt', 'retryable', /KeyboardInterrupt/],
  ['nan', 'poison', / is no finite number: the training diverged/],
  ['list', 'poison', /train returned a value of the type list, and must return a dict with/],
  ['tuple', 'poison', /of the type tuple, and must return a dict with any of samples, metrics/],
  ['tensor', 'poison', /of the type __main__\.Tensor, and must return a dict/],
  ['typo', 'poison', /train returned a dict with 'sample', and must return a dict with any of/],
  ['half', 'poison', /samples of the type float, which must be a whole number from 0/],
  ['infinite', 'poison', /samples of the type float, which must be a whole number from 0/],
  ['loss', 'poison', /metrics of the type float, which must be a dict of numbers by name/],
  ['text', 'poison', /metrics of the type dict, which must be a dict of numbers by name/],
  [
    'weights',
    'poison',
    /parameters of the type dict, which must be the path of a file .*output_path/,
  ],
  ['object', 'poison', /can't be written as JSON/],
  ['long', 'poison', /bytes/],
  ['exit-65', 'poison', /code 65/],
];

/** What the form has a part in; the rest is the helper's own, and is tried under one of them. */
const ofForm = ['nothing', 'retryable', 'poison', 'fatal', 'exception', 'exit-65', 'wait'];

describe.concurrent.each(forms)('the Python helper under %s', (form, open) => {
  const testRun = (run: string, name: string, fn: () => Promise<void>): void => {
    if (form === '--exec' || ofForm.includes(run)) test(name, fn);
    else testInWhole(name, fn);
  };

  for (const [run, trained] of successes) {
    testRun(run, `trains: ${run}`, () =>
      withTrainer(open, helper, async (handler) => {
        expect(await handler.train(task('t', { run }), training())).toEqual(trained);
        expect(await handler.train(task('t', { run }), training())).toEqual(trained);
      }),
    );
  }

  for (const [run, verdict, message] of failures) {
    testRun(run, `${run} is ${verdict}`, () =>
      withTrainer(open, helper, async (handler) => {
        await expect(handler.train(task('t', { run }), training())).rejects.toMatchObject({
          verdict,
          message: expect.stringMatching(message) as string,
        });
        expect(await handler.train(task('t', { run: 'nothing' }), training())).toEqual({});
      }),
    );
  }

  test('gives the task, the attempt and the worker', async () => {
    await withTrainer(open, helper, async (handler, { options }) => {
      const given = task('é/🙂', { run: 'echo', hyperparameters: { a: [1, null] } });
      const { output } = await handler.train(given, { ...training(), attempt: 2 });
      expect(output).toEqual({ task: given, attempt: 2, worker: options.worker });
    });
  });

  test('names the file it wrote below the root, with its hash, whatever the id', async () => {
    await withTrainer(open, helper, async (handler, { root }) => {
      const { parameters } = await handler.train(task('../../x/y', { run: 'write' }), training());
      expect(parameters?.sha256).toBe(createHash('sha256').update('weights').digest('hex'));
      expect(parameters?.uri).toMatch(/^results\/[\w-]+\.bin$/);
      expect(readFileSync(join(root, parameters?.uri ?? ''), 'utf8')).toBe('weights');
    });
  });

  for (const run of ['wait', 'swallow', 'sleep']) {
    testRun(run, `ends when the task is taken back: ${run}`, () =>
      withTrainer(open, helper, async (handler, { printed }) => {
        const given = training(abortOnce(printed));
        await expect(handler.train(task('t', { run }), given)).rejects.toBe(takenBack);
        expect(await handler.train(task('t', { run: 'nothing' }), training())).toEqual({});
      }),
    );
  }
});

test('a cancelled training leaves the process to the next task', async () => {
  const more = { cancelGraceMs: 5000 };
  await withTrainer(
    openExecHandler,
    helper,
    async (handler, { printed }) => {
      const { output: before } = await handler.train(task('t', { run: 'pid' }), training());
      const given = training(abortOnce(printed));
      await expect(handler.train(task('t', { run: 'wait' }), given)).rejects.toBe(takenBack);
      const { output: after } = await handler.train(task('t', { run: 'pid' }), training());
      expect(after).toBe(before);
    },
    more,
  );
});

test('the helper reports progress, and answers pings while it trains', async () => {
  const more = { pingIntervalMs: 20, pingTimeoutMs: 1000 };
  await withTrainer(
    openExecHandler,
    helper,
    async (handler, { lines, printed }) => {
      const watched = training();
      await handler.train(task('t', { run: 'progress' }), watched);
      expect(watched.fractions).toEqual([0, 0.25, 0.5, 0.75, 1]);
      // Longer than it may be silent.
      const given = training(abortOnce(printed.then(() => sleep(1500))));
      await expect(handler.train(task('t', { run: 'wait' }), given)).rejects.toBe(takenBack);
      expect(lines.filter(({ source }) => source === 'harness')).toEqual([]);
    },
    more,
  );
});

test('a worker that is killed takes its trainer along', async () => {
  const { options, root } = optionsFor(helper);
  const args = [`${folder}lonely-worker.mjs`, options.worker, root, helper];
  const worker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => worker.stdout.once('data', resolve));
  expect(processesOf(options.worker).length).toBeGreaterThan(0);
  worker.kill('SIGKILL');
  await expect.poll(() => processesOf(options.worker)).toEqual([]);
});

const hasNumpy = spawnSync(python, ['-c', 'import numpy']).status === 0;

/** Shards for the example: a file, and Python that writes it. */
const shards = Object.entries({
  'shard.npz': `import numpy as np
x = np.linspace(-1, 1, 200).reshape(100, 2)
np.savez('shard.npz', x=x, y=(x.sum(axis=1) > 0).astype(float))`,
  'shard.csv': `for n in range(100): print(n / 50 - 1, n / 100, int(n > 50), sep=',', file=open('shard.csv', 'a'))`,
});

describe.skipIf(!hasNumpy).each(forms)('the example with numpy under %s', (_form, open) => {
  const command = `'${python}' '${examples}train_regression.py'`;

  test.each(shards)('trains on %s, twice to the same bytes', async (uri, script) => {
    await withTrainer(open, command, async (handler, { root }) => {
      execFileSync(python, ['-c', script], { cwd: root });
      const given = task('t', { shard: { uri }, seed: 1, hyperparameters: { epochs: 500 } });
      const first = await handler.train(given, training());
      expect(first.samples).toBe(100);
      expect(first.metrics?.['loss']).toBeLessThan(0.2);
      expect(await handler.train(given, training())).toEqual(first);
      // The trained parameters are where the next round starts.
      const next = { ...given, id: 'u', parameters: first.parameters ?? { uri: '' } };
      const second = await handler.train(next, training());
      expect(second.metrics?.['loss']).toBeLessThan(first.metrics?.['loss'] ?? 0);
    });
  });

  test('finds shard.npz broken: poison', async () => {
    await withTrainer(open, command, async (handler, { root }) => {
      const uri = 'shard.npz';
      writeFileSync(join(root, uri), 'garbage');
      await expect(handler.train(task('t', { shard: { uri } }), training())).rejects.toMatchObject({
        verdict: 'poison',
      });
    });
  });
});

test('the helper is one file that imports nothing but the standard library', () => {
  const source = readFileSync(`${examples}topo_exec.py`, 'utf8');
  const imports = [...source.matchAll(/^(?:import|from) (\w+)/gm)].map(([, name]) => name);
  const script = `import sys; print([n for n in sys.argv[1:] if n not in sys.stdlib_module_names])`;
  const names = imports.filter((name) => name !== undefined);
  expect(execFileSync(python, ['-c', script, ...names], { encoding: 'utf8' })).toBe('[]\n');
  expect(imports.length).toBeGreaterThan(3);
});

test('the helper trains by hand, without a worker', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'topo-hand-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const input = JSON.stringify(task('t', { run: 'noise' }));
  const output = execFileSync(python, [`${folder}helper_train.py`], { cwd, input });
  expect(output.toString().trimEnd().split('\n').at(-1)).toBe('{"samples":3}');
});
