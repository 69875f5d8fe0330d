// Results within messages, of too many workers, and three times each.
import { beforeAll, expect, test } from 'vitest';
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
