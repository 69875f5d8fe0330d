// What the documents say of the example, at its full length; digits.nodes.test.ts has the same on a
// smaller scale.
import { expect, test } from 'vitest';
import { shards, simulated, synchronous, testData } from './digits-runs.ts';
import { accuracyOf } from './simulated-run.ts';

test(
  '1, 3 and 8 workers end with the same model, bit for bit, and it reads 97 % of the digits',
  { timeout: 180_000, meta: { slow: 'it trains the whole example three times' } },
  async () => {
    const start = performance.now();
    const one = await simulated(1);
    const seconds = (performance.now() - start) / 1000;
    const accuracy = await accuracyOf(one.path, testData);
    console.log(`the example: ${seconds.toFixed(1)} s of compute, accuracy ${accuracy}`);
    expect((await simulated(3)).sha256).toBe(one.sha256);
    expect((await simulated(8)).sha256).toBe(one.sha256);
    expect(accuracy).toBeGreaterThanOrEqual(0.97);
    expect(seconds).toBeLessThan(30);
  },
);

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

test(
  '600 steps with 5 exchanges send 120 times less than with 600, within a point of accuracy',
  { timeout: 180_000, meta: { slow: 'it trains six shards for 600 steps, twice' } },
  async () => {
    const few = await simulated(1, { rounds: 5, local_steps: 120 });
    const each = await synchronous(600);
    const [fewRead, eachRead] = [
      await accuracyOf(few.path, testData),
      await accuracyOf(each.path, testData),
    ];
    console.log(
      `local SGD ${few.bytes} bytes, ${fewRead}; each step ${each.bytes} bytes, ${eachRead}`,
    );
    expect(each.bytes / few.bytes).toBeGreaterThanOrEqual(100);
    expect(fewRead).toBeGreaterThanOrEqual(eachRead - 0.01);
    expect(eachRead).toBeGreaterThan(0.97);
  },
);
