import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Handler, Trained } from '../../../src/harness/handler.ts';
import { optionsFor } from './exec/options-for.ts';
import { folder, takenBack, task, training } from './exec/trainer.ts';

// The thread loads a file of its own, which only the build makes: npm test builds first.
const built: string = new URL(
  '../../../unbundled/harness/trainers/module/module-handler.js',
  import.meta.url,
).href;
const { openModuleHandler } = (await import(
  built
)) as typeof import('../../../src/harness/trainers/module/module-handler.ts');

async function withModule(
  name: string,
  use: (handler: Handler, noted: ReturnType<typeof optionsFor>) => Promise<void>,
): Promise<void> {
  const noted = optionsFor('true');
  const handler = openModuleHandler({ ...noted.options, module: `${folder}${name}`, heapMb: 64 });
  try {
    await use(handler, noted);
  } finally {
    await handler.stop();
  }
}

const failures: [run: string, verdict: string, message: RegExp][] = [
  ['poison', 'poison', /no columns/],
  ['fatal', 'fatal', /no GPU/],
  ['odd-verdict', 'retryable', /odd/],
  ['throw', 'retryable', /TypeError: x is not a function/],
  ['throw-text', 'retryable', /just text/],
  ['throw-later', 'retryable', /thrown later/],
  ['memory', 'retryable', /memory limit/],
  ['exit-65', 'poison', /code 65/],
  ['exit-0', 'retryable', /code 0/],
  ['cycle', 'retryable', /circular/],
  ['array', 'poison', /train returned Array, and must return an object with any of samples/],
  ['tensor', 'poison', /train returned Float32Array, and must return an object/],
  ['number', 'poison', /train returned Number, and must return an object/],
  ['wrong', 'retryable', /\/samples must be integer/],
  ['long', 'poison', /over 1048576 bytes/],
];

test.each(failures)(
  'a module that ends in %s is %s, and trains the next task',
  async (run, verdict, message) => {
    await withModule('modules.mjs', async (handler) => {
      await handler.start();
      await expect(handler.train(task('bad', { run }), training())).rejects.toMatchObject({
        verdict,
        message: expect.stringMatching(message) as string,
      });
      expect(await handler.train(task('good'), training())).toEqual({ samples: 7 });
    });
  },
);

test('a module that throws says where, and which fault of its own it is', async () => {
  await withModule('modules.mjs', async (handler) => {
    await handler.start();
    const failing = handler.train(task('bad', { run: 'throw' }), training());
    await expect(failing).rejects.toMatchObject({
      message: expect.stringMatching(
        /^TypeError: x is not a function\n +at train .*modules\.mjs/,
      ) as string,
      fault: expect.stringMatching(/^[\da-f]{16}$/) as string,
    });
    const foreseen = handler.train(task('bad', { run: 'poison' }), training());
    await expect(foreseen).rejects.toMatchObject({ fault: undefined });
  });
});

const successes: [name: string, run: string, trained: Trained][] = [
  ['modules.mjs', 'nothing', {}],
  ['modules.mjs', 'echo', { output: { task: { version: 1, id: 't', run: 'echo' }, attempt: 1 } }],
  ['default.mjs', 'any', { samples: 3, output: { id: 't' } }],
];

test.each(successes)('%s trains: %s', async (name, run, trained) => {
  await withModule(name, async (handler) => {
    await handler.start();
    expect(await handler.train(task('t', { run }), training())).toEqual(trained);
  });
});

test.each(['spin', 'hang', 'obey'])('a training that is taken back ends: %s', async (run) => {
  await withModule('modules.mjs', async (handler) => {
    await handler.start();
    const controller = new AbortController();
    // The worker's own thread stays free to count while the module trains.
    const onProgress = async (): Promise<void> => {
      for (let ticks = 0; ticks < 6; ticks += 1) await sleep(10);
      controller.abort(takenBack);
    };
    const given = { ...training(controller.signal), onProgress: () => void onProgress() };
    await expect(handler.train(task('t', { run }), given)).rejects.toBe(takenBack);
    expect(await handler.train(task('good'), training())).toEqual({ samples: 7 });
  });
});

test('stop ends a thread that spins', async () => {
  await withModule('modules.mjs', async (handler) => {
    await handler.start();
    const given = { ...training(), onProgress: () => void handler.stop() };
    await expect(handler.train(task('t', { run: 'spin' }), given)).rejects.toMatchObject({
      verdict: 'retryable',
    });
  });
});

test.each([
  ['no-train.mjs', /exports no function train/],
  ['throws.mjs', /no such library/],
  ['no-such-file.mjs', /Cannot find module/],
])('%s can not be loaded: fatal', async (name, message) => {
  await withModule(name, async (handler) => {
    await expect(handler.start()).rejects.toMatchObject({
      verdict: 'fatal',
      message: expect.stringMatching(message) as string,
    });
  });
});

test('progress and what is printed arrive', async () => {
  await withModule('modules.mjs', async (handler, { lines }) => {
    await handler.start();
    const watched = training();
    await handler.train(task('t', { run: 'progress' }), watched);
    expect(watched.fractions).toEqual(Array.from({ length: 1000 }, (_, n) => n / 1000));
    await handler.train(task('t', { run: 'print' }), training());
    await expect
      .poll(() => lines)
      .toEqual([
        { source: 'stdout', text: 'to stdout' },
        { source: 'stderr', text: 'to stderr' },
      ]);
  });
});

test('a module sees no secret of the worker', async () => {
  process.env['RABBITMQ_PASSWORD'] = 'secret';
  try {
    await withModule('modules.mjs', async (handler) => {
      await handler.start();
      const { output } = await handler.train(task('t', { run: 'environment' }), training());
      expect(output).toHaveProperty('PATH');
      expect(JSON.stringify(output)).not.toContain('secret');
    });
  } finally {
    delete process.env['RABBITMQ_PASSWORD'];
  }
});
