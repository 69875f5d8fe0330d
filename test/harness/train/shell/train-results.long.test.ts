// Results within messages, of too many workers, three times each, and of a worker that fails.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readStatus } from '../../../../src/harness/train/run/status.ts';
import { job } from '../chaos/job.ts';
import { type TrainBed } from '../chaos/train-bed.ts';
import { laySharedBed, layBed, Run, startWorker } from '../runs-bed.ts';

let shared: TrainBed;
beforeAll(async () => {
  shared = await laySharedBed();
}, 60_000);

test('parameters within messages make the same model', async () => {
  const inline = { ...job, store: { kind: 'inline' } as const };
  await new Run(shared, { job: inline }).start().finishes();
});

test('more workers than shards make the same model', async () => {
  const bed = shared;
  await Promise.all([1, 4, 5].map((n) => startWorker(bed, { n })));
  await new Run(bed).start().finishes();
});

const slow = { meta: { slow: 'one worker for all shards of all rounds' } };

test('every result comes three times, and counts once', slow, async () => {
  const bed = await layBed(1);
  await startWorker(bed, { n: 1, doubles: 1 });
  const run = new Run(bed).start();
  await run.finishes();
  const timeline = await run.timeline();
  expect(timeline.filter(({ kind }) => kind === 'dropped').length).toBeGreaterThan(10);
});

test('a unit that fails too often ends the run, which says why', async () => {
  const bed = await layBed(2);
  await Promise.all([1, 2].map((n) => startWorker(bed, { n, bad: { kinds: ['nan'] } })));
  const run = new Run(bed, { job: { ...job, max_failures: 2 } }).start();
  expect(await run.coordinator.ended).toBe(1);
  const { ending } = run.coordinator.lines.find((line) => line.ending) ?? {};
  expect(ending?.kind).toBe('failed');
  expect(ending?.reason).toMatch(
    /^run-\d+\.r0\.s\d failed 2 times, at last: the result of w\d:\d+ is not valid/,
  );
  // Another bad result, checked at the same time, may be noted after it.
  const failed = (await run.ledger()).filter(({ kind }) => kind === 'failed');
  expect(failed).toMatchObject([{ reason: ending?.reason }]);
  const folder = join(bed.root, 'runs', run.name);
  expect(await readStatus(folder)).toMatchObject({ state: 'failed', reason: ending?.reason });
  expect(existsSync(join(folder, 'model.safetensors'))).toBe(false);
});

/** The only worker gives a bad result at its second training, and remembers it. */
async function loneWorker(): Promise<TrainBed> {
  const bed = await layBed(1);
  await startWorker(bed, { n: 1, bad: { kinds: ['nan'], nth: 2 } });
  return bed;
}

test('the only worker trains anew after a result that is not valid, and comes to the same model', async () => {
  const run = new Run(await loneWorker(), { job: { ...job, max_failures: 2 } }).start();
  await run.finishes();
  const rejected = (await run.ledger()).filter(({ kind }) => kind === 'rejected');
  expect(rejected).toMatchObject([{ unit: { id: `${run.name}.r0.s0` }, worker: 'w1:1' }]);
});

test('a run that failed is resumed, and does not get the result again that it failed by', async () => {
  const run = new Run(await loneWorker(), { job: { ...job, max_failures: 1 } }).start();
  expect(await run.coordinator.ended).toBe(1);
  await run.start().finishes();
});
