// The example learns, whoever trains it, and with few bytes: digits.long.test.ts has it at full
// length.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseTensors } from '../../../src/harness/data/tensors/parse.ts';
import {
  folder,
  generate,
  generator,
  shards,
  simulated,
  synchronous,
  testData,
} from './digits-runs.ts';
import { accuracyOf } from './simulated-run.ts';

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
  const args = [generator, `--images=${count}`, '--out', 'refused'];
  const { status, stderr } = spawnSync('node', args, options);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: `--images takes a whole number from 1, not "${count}"\n`,
  });
});

test('1, 3 and 8 workers end with the same model, bit for bit', async () => {
  const short = { rounds: 2, local_steps: 10 };
  const one = await simulated(1, short);
  expect((await simulated(3, short)).sha256).toBe(one.sha256);
  expect((await simulated(8, short)).sha256).toBe(one.sha256);
});

test('40 steps with 2 exchanges send 20 times less than with 40, and learn, too', async () => {
  const some = { shards: shards.slice(0, 2) };
  const few = await simulated(1, { rounds: 2, local_steps: 20, ...some });
  const each = await synchronous(40, some);
  expect(each.bytes / few.bytes).toBeCloseTo(20, 3);
  expect(await accuracyOf(few.path, testData)).toBeGreaterThan(0.85);
  expect(await accuracyOf(each.path, testData)).toBeGreaterThan(0.85);
});
