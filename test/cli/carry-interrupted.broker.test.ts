// Signals, closed pipes and full disks in the middle of a migration, which waits for a worker that
// holds messages: what topo says, with which code it ends, and that the same command ends it.
import { closeSync, openSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { env } from '../broker.ts';
import { Orders, patience, reach } from './orders.ts';
import { callTopo, startTopo } from './topo.ts';

vi.setConfig({ testTimeout: 300_000 });

const full = openSync('/dev/full', 'w');
afterAll(() => {
  closeSync(full);
});

/** Once the bindings lead to the parking queue, and the worker keeps the old queue from going. */
async function startAmid(
  flags: readonly string[] = [],
  streams: Parameters<typeof startTopo>[3] = {},
) {
  const orders = await Orders.setUp();
  const publisher = await orders.publish(50);
  const worker = await orders.work({ prefetch: 3, holds: true });
  await expect.poll(() => publisher.confirmed, patience).toBeGreaterThan(5);
  const args = ['apply', orders.file, '--yes', ...flags];
  const run = startTopo(args, await orders.elsewhere(), env, streams);
  let told = '';
  run.child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
  await reach(run, () => orders.isBoundToParking());
  return { orders, publisher, worker, run: { ...run, told: () => told }, args };
}

const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof codes;

test.each(Object.keys(codes) as Signal[])('%s once lets it end', async (signal) => {
  const { orders, publisher, worker, run, args } = await startAmid();
  run.child.kill(signal);
  await expect.poll(run.told).toContain('finishing what is in flight; once more to stop at once\n');
  await worker.stop();
  const { code, out, err } = await run.ended;
  expect(code, out + err).toBe(codes[signal]);
  expect(out).toContain('Apply: 1 replaced');
  const again = await callTopo(args, await orders.elsewhere(), env);
  expect(again.code, again.out + again.err).toBe(0);
  expect(again.out).toContain('Plan: nothing to do');
  await orders.expectAllThere(publisher);
});

test('twice leaves it half-way, and says so', async () => {
  const { orders, publisher, worker, run, args } = await startAmid();
  run.child.kill('SIGINT');
  await expect.poll(run.told).toContain('once more to stop at once');
  run.child.kill('SIGINT');
  const { code, out, err } = await run.ended;
  expect(code, out + err).toBe(codes.SIGINT);
  expect(out).toContain(
    'orders is half-way, and its messages may be in queue "orders.topo-parking-',
  );
  expect(out).toContain('run topo apply again: it goes on from there\n');
  expect(out).not.toMatch(/unclear|stays/);
  expect(err).toContain('the broker was not read again: interrupted before the broker answered\n');
  expect(err).toContain('is on record: the next topo apply puts it back first\n');
  expect(await orders.isBoundToParking()).toBe(true);
  await worker.stop();
  const again = await callTopo(args, await orders.elsewhere(), env);
  expect(again.code, again.out + again.err).toBe(0);
  await orders.expectAllThere(publisher);
});

describe('what is said has nowhere to go', () => {
  test('its reader has left', async () => {
    const { orders, publisher, worker, run } = await startAmid();
    run.child.stdout?.destroy();
    await worker.stop();
    expect(await run.ended).toMatchObject({ code: 0 });
    await orders.expectAllThere(publisher);
  });

  test('neither the report nor stdout has room', async () => {
    const flags = ['--report', '/dev/full'];
    const { orders, publisher, worker, run } = await startAmid(flags, { out: full });
    await worker.stop();
    const { code, err } = await run.ended;
    expect(code, err).toBe(exit.unreported);
    expect(err).toContain("stdout can't be written: ENOSPC");
    expect(err).toContain("--report /dev/full can't be written: ENOSPC");
    expect(err).toContain('everything was done, but it could not be reported\n');
    await orders.expectAllThere(publisher);
  });
});
