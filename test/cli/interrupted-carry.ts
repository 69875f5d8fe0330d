// Interrupts a migration, which waits for a worker that holds messages.
import { expect } from 'vitest';
import { env } from '../broker.ts';
import { Orders, patience, reach } from './orders.ts';
import { callTopo, startTopo } from './topo.ts';

/** Once the bindings lead to the parking queue, and the worker keeps the old queue from going. */
export async function startAmid(
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

export const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export async function signalOnce(signal: keyof typeof codes): Promise<void> {
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
}
