import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ProcessOptions } from '../../../src/harness/trainers/exec/options.ts';
import { openPerTaskHandler } from '../../../src/harness/trainers/exec/per-task-handler.ts';
import type { Handler, Trained } from '../../../src/harness/handler.ts';
import { optionsFor } from './exec/options-for.ts';
import { abortOnce, findSurvivors, folder, takenBack, task, training } from './exec/trainer.ts';

const script = (how: string): string => `sh '${folder}per-task.sh' ${how}`;

async function withTrainer(
  command: string,
  use: (handler: Handler, noted: ReturnType<typeof optionsFor>) => Promise<void>,
  more: Partial<ProcessOptions> = {},
): Promise<void> {
  const noted = optionsFor(command, more);
  const handler = openPerTaskHandler(noted.options);
  await handler.start();
  try {
    await use(handler, noted);
  } finally {
    await handler.stop();
  }
  expect(await findSurvivors(noted.options.worker)).toEqual([]);
}

const successes: [command: string, trained: Trained][] = [
  [script('result'), { samples: 5, metrics: { loss: 0.5 } }],
  [script('no-line-end'), { samples: 5 }],
  [script('blank-end'), { samples: 5 }],
  [script('silent'), {}],
  [script('much'), { samples: 5 }],
  [script('children'), { samples: 5 }],
  [`sh '${folder}no-read.sh'`, { samples: 5 }],
  ['true', {}],
];

test.each(successes)('a process that exits with 0 is done: %s', async (command, trained) => {
  await withTrainer(command, async (handler) => {
    const big = task('t', { hyperparameters: { big: 'x'.repeat(2 ** 20) } });
    expect(await handler.train(big, training())).toEqual(trained);
  });
});

const failures: [command: string, verdict: string, message: RegExp][] = [
  [script('text'), 'retryable', /last line .* no result.*not JSON.*done\./],
  [script('unknown-field'), 'retryable', /must NOT have additional properties/],
  [script('long'), 'poison', /over 1048576 bytes/],
  [script('exit 75'), 'retryable', /code 75:\nno such column$/],
  [script('exit 65'), 'poison', /code 65:\nno such column$/],
  [script('exit 78'), 'fatal', /code 78:\nno such column$/],
  [script('exit 1'), 'retryable', /code 1:\nno such column$/],
  [script('killed'), 'retryable', /ended by SIGKILL/],
  ['/no/such/program', 'fatal', /can't be started/],
];

test.each(failures)('%s is %s', async (command, verdict, message) => {
  await withTrainer(command, async (handler) => {
    await expect(handler.train(task('t'), training())).rejects.toMatchObject({
      verdict,
      message: expect.stringMatching(message) as string,
    });
  });
});

test.each(['hang', 'ignore-term'])(
  'a task that is taken back ends its processes: %s',
  async (how) => {
    await withTrainer(script(how), async (handler, { printed }) => {
      const begun = performance.now();
      const given = training(abortOnce(printed));
      await expect(handler.train(task('t'), given)).rejects.toBe(takenBack);
      expect(performance.now() - begun).toBeLessThan(5000);
    });
  },
);

describe('what the process is given', () => {
  test('the task on stdin, its shard as a local path', async () => {
    await withTrainer(script('echo'), async (handler, { root }) => {
      writeFileSync(`${root}/s.csv`, '1,2');
      const given = task('t', { shard: { uri: 's.csv' }, labels: { a: '`id`' } });
      const { output } = await handler.train(given, training());
      expect(output).toEqual({ ...given, shard: { uri: 's.csv', path: `${root}/s.csv` } });
    });
  });

  test('the attempt and the roots in the environment', async () => {
    await withTrainer(script('attempt'), async (handler, { root }) => {
      const { output } = await handler.train(task('t'), { ...training(), attempt: 3 });
      expect(output).toEqual({ attempt: '3', roots: root });
    });
  });

  test('no secret of the worker, and nothing of the task in the environment', async () => {
    process.env['RABBITMQ_PASSWORD'] = 'secret';
    try {
      await withTrainer(script('environment'), async (handler) => {
        const { output } = await handler.train(task('t', { run: 'marker' }), training());
        expect(JSON.stringify(output)).not.toMatch(/secret|marker/);
      });
    } finally {
      delete process.env['RABBITMQ_PASSWORD'];
    }
  });
});
