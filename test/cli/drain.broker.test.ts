// on_remove: drain on a real broker. What is said of a quorum queue here, drain.long.test.ts says
// of a classic one.
import { expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { env } from '../broker.ts';
import {
  apply,
  asBefore,
  bindings,
  declareWork,
  describeDrained,
  elsewhere,
  file,
  hold,
  owning,
  publish,
  queues,
  setUpDrains,
  until,
} from './drained-queue.ts';
import { startTopo } from './topo.ts';

setUpDrains();
describeDrained('quorum');

test('Ctrl-C ends the wait, and binds the queue again', async () => {
  await declareWork('classic');
  await owning('drain');
  await publish(1);
  const { held } = await hold();
  await until(() => held.length === 1);
  const run = startTopo(['apply', file, '--yes', '--drain-timeout', '600'], await elsewhere(), env);
  await until(async () => (await bindings()).length === 0);
  run.child.kill('SIGINT');
  expect(await run.ended).toMatchObject({ code: 130 });
  expect(await bindings()).toEqual(asBefore);
});

test('on_remove: refuse keeps even an empty queue, and names the pattern', async () => {
  await declareWork('classic');
  await owning('refuse');
  const { code, out } = await apply();
  expect(out).toContain(
    `refused: manage pattern "work*" keeps it: on_remove: refuse at ${file}:3:41\n      declare it again, or give the pattern another on_remove: drain or delete-if-empty`,
  );
  expect(code).toBe(exit.refused);
  expect(await queues()).toEqual(['stays', 'work']);
});
