// Results that are good, are not valid or are another run's: which of them a run counts. More kinds
// are in train-results.long.test.ts.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { until, type TrainBed } from '../chaos/train-bed.ts';
import { laySharedBed, layBed, Run, startWorker } from '../runs-bed.ts';

let shared: TrainBed;
beforeAll(async () => {
  shared = await laySharedBed();
}, 60_000);

test('a run that nothing happens to comes to the model of a sequential one', async () => {
  await new Run(shared).start().finishes();
});

test('parameters of another shape, not finite, missing and not what their hash says are rejected, and trained by another', async () => {
  const bed = await layBed(2);
  const kinds = ['shape', 'nan', 'missing', 'lie'] as const;
  await startWorker(bed, { n: 1, bad: { kinds } });
  const run = new Run(bed).start();
  const readRejected = async () => {
    const dropped = (await run.timeline()).filter((entry) => entry.kind === 'dropped');
    return dropped.filter(({ why }) => why === 'invalid');
  };
  await until(async () => (await readRejected()).length >= kinds.length, 'all kinds');
  await startWorker(bed, { n: 2 });
  await run.finishes();
  const rejected = await readRejected();
  for (const why of [
    ...[/"output\.bias" has the shape/, /"output\.bias" has a value that is not finite/],
    ...[/does not exist .* either share the folder .* or write store: \{ kind: inline \}/],
    ...[/does not hash to/],
  ]) {
    expect(rejected).toContainEqual(
      expect.objectContaining({ reason: expect.stringMatching(why) as unknown }),
    );
  }
  const accepted = (await run.timeline()).filter((entry) => entry.kind === 'accepted');
  for (const { unit, worker } of rejected) {
    const counted = accepted.find((entry) => entry.unit.id === unit.id);
    expect(counted?.worker).not.toBe(worker);
  }
});

test("other runs' results, and what is none, are still in the queue afterwards", async () => {
  const bed = shared;
  const strangers = ['{"what": "is this"}', JSON.stringify(resultOf('elsewhere.r0.s0'))];
  await bed.onBroker(async (channel) => {
    for (const text of strangers)
      channel.sendToQueue('results', Buffer.from(text), { persistent: true });
    return Promise.resolve();
  });
  await new Run(bed).start().finishes();
  const left = await bed.onBroker(async (channel) => {
    const texts: string[] = [];
    await sleep(200);
    for (;;) {
      const message = await channel.get('results', { noAck: true });
      if (message === false) return texts;
      texts.push(message.content.toString());
    }
  });
  expect(left.sort()).toEqual(strangers.sort());
});

function resultOf(task: string): object {
  const at = new Date().toISOString();
  return {
    ...{ version: 1, task, run: 'elsewhere', worker: 'someone', attempt: 1 },
    ...{ started_at: at, finished_at: at, samples: 1 },
  };
}
