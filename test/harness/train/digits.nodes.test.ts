// The example learns, whoever trains it, and with few bytes.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseTensors } from '../../../src/harness/tensors/parse.ts';
import { accuracyOf, simulate, type Simulated, type Simulation } from './simulated-run.ts';

const example = new URL('../../../examples/digits/', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'topo-digits-'));
afterAll(() => rmSync(folder, { recursive: true }));

const generate = (out: string, ...args: string[]): string =>
  execFileSync('node', [join(example, 'generate.mjs'), '--out', join(folder, out), ...args], {
    encoding: 'utf8',
  });
generate('data');

const job = parse(readFileSync(join(example, 'job.yaml'), 'utf8')) as {
  readonly rounds: number;
  readonly local_steps: number;
  readonly model: { readonly hyperparameters: Readonly<Record<string, unknown>> };
};
const shards = [0, 1, 2, 3, 4, 5].map((n) => join(folder, `data/train-0${n}.safetensors`));
const testData = join(folder, 'data/test.safetensors');

const simulated = (workers: number, more: Partial<Simulation> = {}): Promise<Simulated> =>
  simulate({
    folder: mkdtempSync(join(folder, 'run-')),
    ...{ shards, workers, rounds: job.rounds, local_steps: job.local_steps },
    ...{ hyperparameters: job.model.hyperparameters, optimizer: { kind: 'average' } },
    ...more,
  });

test('the same seed draws the same digits, another one others', () => {
  const bytesOf = (out: string): Buffer => readFileSync(join(folder, out, 'train-00.safetensors'));
  const few = ['--shards', '2', '--images', '20', '--test', '30'];
  expect(generate('again', ...few)).toMatch(/2 shards of 20 images, and 30 to test with\n$/);
  generate('and-again', ...few);
  generate('others', ...few, '--seed', '2');
  expect(bytesOf('and-again')).toEqual(bytesOf('again'));
  expect(bytesOf('others')).not.toEqual(bytesOf('again'));
  expect(parseTensors(bytesOf('again')).get('images')?.shape).toEqual([20, 12, 12]);
});

test.each(['0', '-1', '1e3', 'many'])('%s images are refused', (count) => {
  const options = { cwd: folder, encoding: 'utf8' } as const;
  const args = [join(example, 'generate.mjs'), `--images=${count}`, '--out', 'refused'];
  const { status, stderr } = spawnSync('node', args, options);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: `--images takes a whole number from 1, not "${count}"\n`,
  });
});

test('1, 3 and 8 workers end with the same model, bit for bit, and it reads 97 % of the digits', async () => {
  const start = performance.now();
  const one = await simulated(1);
  const seconds = (performance.now() - start) / 1000;
  const accuracy = await accuracyOf(one.path, testData);
  console.log(`the example: ${seconds.toFixed(1)} s of compute, accuracy ${accuracy}`);
  expect((await simulated(3)).sha256).toBe(one.sha256);
  expect((await simulated(8)).sha256).toBe(one.sha256);
  expect(accuracy).toBeGreaterThanOrEqual(0.97);
  expect(seconds).toBeLessThan(30);
}, 180_000);

test('one shard alone gets clearly less', async () => {
  const all = await simulated(1);
  const alone = await simulated(1, { shards: shards.slice(0, 1) });
  const [together, single] = [
    await accuracyOf(all.path, testData),
    await accuracyOf(alone.path, testData),
  ];
  console.log(`six shards ${together}, one shard ${single}`);
  expect(single).toBeLessThan(together - 0.02);
});

/**
 * The other side is synchronous SGD: after each of the 600 steps the shards' gradients are averaged, and one optimizer with the same
 * momentum takes the step. Each step sends the parameters to each shard's trainer and back, as a round does.
 */
test('600 steps with 5 exchanges send 120 times less than with 600, within a point of accuracy', async () => {
  const few = await simulated(1, { rounds: 5, local_steps: 120 });
  const each = await simulated(1, {
    ...{ rounds: 600, local_steps: 1 },
    hyperparameters: { ...job.model.hyperparameters, momentum: 0 },
    optimizer: { kind: 'nesterov', learning_rate: 1, momentum: 0.9 },
  });
  const [local, synchronous] = [
    await accuracyOf(few.path, testData),
    await accuracyOf(each.path, testData),
  ];
  console.log(
    `local SGD ${few.bytes} bytes, ${local}; each step ${each.bytes} bytes, ${synchronous}`,
  );
  expect(each.bytes / few.bytes).toBeGreaterThanOrEqual(100);
  expect(local).toBeGreaterThanOrEqual(synchronous - 0.01);
  expect(synchronous).toBeGreaterThan(0.97);
}, 180_000);
