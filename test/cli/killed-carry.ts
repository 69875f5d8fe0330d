// Kills a topo apply that carries a queue over, and lets a run of another file finish it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { env } from '../broker.ts';
import { Orders, patience, reach } from './orders.ts';
import { callTopo, startTopo } from './topo.ts';

/** When it is killed. */
export const points = {
  'once the parking queue is there': (orders) => orders.isParkingThere(),
  'once the bindings lead to it': (orders) => orders.isBoundToParking(),
  'once the queue is replaced': (orders) => orders.isReplaced(),
} as const satisfies Record<string, (orders: Orders) => Promise<boolean>>;

export async function killCarryAt(point: keyof typeof points): Promise<void> {
  const orders = await Orders.setUp();
  const { vhost } = orders;
  const publisher = await orders.publish(300);
  await expect.poll(() => publisher.confirmed, patience).toBeGreaterThan(1_000);
  const run = startTopo(['apply', orders.file, '--yes'], await orders.elsewhere(), env);
  await reach(run, () => points[point](orders));
  run.child.kill('SIGKILL');
  expect((await run.ended).code).toBe(null);
  const cwd = await orders.elsewhere();
  const other = join(cwd, 'other.yaml');
  await writeFile(other, `vhost: ${vhost}\nexchanges: [{ name: shop, type: topic }]\n`);
  const before = publisher.confirmed;
  await expect.poll(() => publisher.confirmed - before, patience).toBeGreaterThan(100);
  const plan = await callTopo(['plan', other], cwd, env);
  // RabbitMQ lists a quorum queue's messages up to 5 s late.
  if (point === 'once the bindings lead to it')
    expect(waitingIn(plan.out), plan.out).toBeGreaterThan(100);
  expect(plan.out).toContain(`topo apply first goes on carrying over queues/${vhost}/orders`);
  expect(plan.out).toContain('1 queue to carry over first');
  const exported = await callTopo(['export', '--vhost', vhost], cwd, env);
  expect(exported.out).not.toContain('topo-parking');
  const args = ['apply', other, '--yes', '--give-up', givenUpIn(plan.out)];
  const applied = await callTopo(args, await orders.elsewhere(), env);
  expect(applied.code, applied.out + applied.err).toBe(0);
  expect(applied.out).toContain(`Carried over: queues/${vhost}/orders`);
  await orders.expectAllThere(publisher);
}

const waitingIn = (plan: string): number =>
  Number(/: ([\d,]+) messages wait in /.exec(plan)?.[1]?.replaceAll(',', ''));

/** What waits in a parking queue is not given up. */
const givenUpIn = (plan: string): string => /apply ([0-9a-f]{7}-[0-9a-f]{8})/.exec(plan)?.[1] ?? '';
