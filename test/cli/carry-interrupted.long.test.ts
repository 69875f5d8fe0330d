// Signals and a closed pipe in the middle of a migration, beside those of
// carry-interrupted.broker.test.ts.
import { expect, test, vi } from 'vitest';
import { signalOnce, startAmid } from './interrupted-carry.ts';

vi.setConfig({ testTimeout: 300_000 });

test.each(['SIGHUP', 'SIGTERM'] as const)('%s once lets it end', signalOnce);

test('nobody reads what it says', async () => {
  const { orders, publisher, worker, run } = await startAmid();
  run.child.stdout?.destroy();
  await worker.stop();
  expect(await run.ended).toMatchObject({ code: 0 });
  await orders.expectAllThere(publisher);
});
