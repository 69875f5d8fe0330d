// The built-in trainer as a worker has it: in a thread of its own.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { renderTensors } from '../../../src/harness/data/tensors/render.ts';
import type { Tensor } from '../../../src/harness/data/tensors/tensors.ts';
import { training } from './exec/trainer.ts';
import { callHarness } from '../run-harness.ts';
import { located, trainOnce } from './simulated-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'topo-perceptron-'));
afterAll(() => rmSync(folder, { recursive: true }));

const topology = new URL('../../../examples/digits/topology.yaml', import.meta.url).pathname;
const sha256 = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex');

/** Fifty images of 2 x 3 pixels: which column is bright is the class. */
function writeShard(): void {
  const labels = Uint8Array.from({ length: 50 }, (_, n) => n % 3);
  const pixels = Uint8Array.from({ length: 300 }, (_, n) =>
    n % 3 === Math.floor(n / 6) % 3 ? 200 : (n * 37) % 100,
  );
  const tensors = new Map<string, Tensor>([
    ['images', { dtype: 'U8', shape: [50, 2, 3], data: pixels }],
    ['labels', { dtype: 'U8', shape: [50], data: labels }],
  ]);
  writeFileSync(join(folder, 'shard'), renderTensors(tensors));
}

// The thread loads files of its own, which only the build makes: npm test builds first.
const built = (name: string): string =>
  new URL(`../../../unbundled/harness/trainers/module/${name}`, import.meta.url).href;

test('--trainer perceptron trains, and names its file relative to the root', async () => {
  writeShard();
  const { openModuleHandler } = (await import(
    built('module-handler.js')
  )) as typeof import('../../../src/harness/trainers/module/module-handler.ts');
  const { builtInTrainers } = (await import(
    built('built-in.js')
  )) as typeof import('../../../src/harness/trainers/module/built-in.ts');
  const handler = openModuleHandler({
    module: builtInTrainers.get('perceptron') ?? '',
    ...{ worker: 'w', environment: [], log: () => undefined },
    shards: { roots: [folder], allowedHosts: [], cache: folder, maxBytes: 1e6, timeoutMs: 5000 },
  });
  try {
    await handler.start();
    const watched = training();
    const hyperparameters = {
      ...{ hidden: 8, classes: 3, learning_rate: 0.2, batch_size: 16, local_steps: 20 },
    };
    const task = { version: 1, id: 'in.thread', seed: 7, hyperparameters } as const;
    const given = { ...task, shard: { uri: 'shard' } };
    const { parameters, samples } = await handler.train(given, watched);
    const shard = located(join(folder, 'shard'));
    const here = await trainOnce({ ...task, shard, id: 'here' }, folder);
    expect(samples).toBe(50);
    expect(parameters?.uri).toMatch(/^results\/in_thread-[0-9a-f]{12}\.safetensors$/);
    expect(sha256(join(folder, parameters?.uri ?? ''))).toBe(sha256(here.parameters ?? ''));
    expect(watched.fractions).toEqual([0, 8 / 20, 16 / 20]);
  } finally {
    await handler.stop();
  }
});

test.each([
  [['--trainer', 'perceptrn'], /there is no trainer "perceptrn"[\s\S]*--trainer perceptron/],
  [['--trainer', 'perceptron', '--exec', 'true'], /only one thing can train/],
])('work %j is refused', async (args, message) => {
  const { code, err } = await callHarness(
    ['work', 'digits_worker_1', '--topology', topology, ...args],
    { cwd: folder },
  );
  expect({ code, err }).toEqual({ code: 3, err: expect.stringMatching(message) as string });
});
