// Signals, closed pipes and full disks in the middle of a migration, which waits for a worker that
// holds messages: what topo says, with which code it ends, and that the same command ends it. Other
// signals are in carry-interrupted.long.test.ts.
import { closeSync, openSync } from 'node:fs';
import { afterAll, expect, test, vi } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { env } from '../broker.ts';
import { codes, signalOnce, startAmid } from './interrupted-carry.ts';
import { callTopo } from './topo.ts';

vi.setConfig({ testTimeout: 300_000 });

const full = openSync('/dev/full', 'w');
afterAll(() => {
  closeSync(full);
});

test('SIGINT once lets it end', () => signalOnce('SIGINT'));

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
