// The Pythons of this machine that can train with a library, and trainings with the examples, as a
// worker would have them.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openExecHandler } from '../../../src/harness/trainers/exec/exec-handler.ts';
import type { ExecOptions } from '../../../src/harness/trainers/exec/options.ts';
import type { Handler } from '../../../src/harness/handler.ts';
import type { Task } from '../../../src/harness/messaging/task.generated.ts';
import { renderTensors } from '../../../src/harness/data/tensors/render.ts';
import type { Tensor } from '../../../src/harness/data/tensors/tensors.ts';
import { optionsFor } from './exec/options-for.ts';
import { python } from './exec/python.ts';
import { findSurvivors, task } from './exec/trainer.ts';

export const examples = new URL('../../../examples/python/', import.meta.url).pathname;

/** Paths of interpreters, without those that lack the library. */
export const pythonsWith = (library: string): string[] =>
  [...new Set([python, '/usr/bin/python3'])].filter(
    (one) => spawnSync(one, ['-c', `import ${library}`]).status === 0,
  );

/** Two shards and a test set in the trainer's root: ten patterns in noise. */
function writeShards(root: string): void {
  for (const [name, count] of Object.entries({ a: 200, b: 200, test: 100 })) {
    const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
    const images = Uint8Array.from({ length: count * 144 }, (_, place) =>
      pixelOf(labels[Math.floor(place / 144)] ?? 0, place % 144, place),
    );
    const tensors = new Map<string, Tensor>([
      ['images', { dtype: 'U8', shape: [count, 12, 12], data: images }],
      ['labels', { dtype: 'U8', shape: [count], data: labels }],
    ]);
    writeFileSync(join(root, `${name}.safetensors`), renderTensors(tensors));
  }
}

/** Bright where the pattern of the label is; the noise is another at each place. */
const pixelOf = (label: number, pixel: number, place: number): number =>
  (((pixel * 7) % 10 === label ? 120 : 0) + ((place * 2_654_435_761) % 2 ** 32) / 2 ** 25) & 255;

export const initial: Task = task('run.init', {
  shard: { uri: 'a.safetensors' },
  seed: 9_007_199_254_740_991,
  hyperparameters: { local_steps: 0 },
});

export const trainingOf = (id: string, parameters: Task['parameters'], steps = 150): Task =>
  task(id, {
    ...{ seed: 7, shard: { uri: 'a.safetensors' } },
    ...(parameters && { parameters }),
    hyperparameters: { local_steps: steps },
  });

export const evaluationOf = (parameters: Task['parameters']): Task =>
  task('run.r0.eval', {
    shard: { uri: 'test.safetensors' },
    ...(parameters && { parameters }),
    hyperparameters: { local_steps: 0, evaluate: true },
  });

export async function withExample(
  command: string,
  use: (handler: Handler, root: string) => Promise<void>,
  more: Partial<ExecOptions> = {},
): Promise<void> {
  const { options, root } = optionsFor(command, { cancelGraceMs: 5000, ...more });
  writeShards(root);
  const handler = openExecHandler(options);
  try {
    await handler.start();
    await use(handler, root);
  } finally {
    await handler.stop();
  }
  expect(await findSurvivors(options.worker)).toEqual([]);
}

/** What Python prints, with the examples to import. */
export const runPython = (python: string, script: string, cwd: string): string =>
  execFileSync(python, ['-c', script], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: examples, PYTHONDONTWRITEBYTECODE: '1' },
  });
