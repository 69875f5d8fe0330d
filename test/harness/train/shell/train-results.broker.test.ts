// Results that are good or are not valid: which of them a run counts. More kinds are in
// train-results.long.test.ts, other runs' in train-by-hand.broker.test.ts.
import { expect, test } from 'vitest';
import { testInWhole } from '../../../sample.ts';
import { until } from '../chaos/train-bed.ts';
import { layBed, Run, startWorker } from '../runs-bed.ts';

// The one below comes to that model, too, and more is seen of it.
testInWhole('a run that nothing happens to comes to the model of a sequential one', async () => {
  const bed = await layBed(1);
  await startWorker(bed, { n: 1 });
  await new Run(bed).start().finishes();
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
