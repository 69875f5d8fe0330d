// Replaces a queue in use by carrying over what it holds.
import { expect } from 'vitest';
import { carryOver, quorum, setUp, stands, whole } from './carried-queue.ts';
import { accountFor, startPublisher, startWorker } from './live-traffic.ts';

const changes = {
  'classic to quorum': [{}, quorum],
  'quorum to classic': [quorum, {}],
  'an argument of a classic queue': [{}, { arguments: { 'x-max-length': 100_000 } }],
  'an argument that goes, of a quorum queue': [
    { ...quorum, arguments: { 'x-max-length': 100_000 } },
    quorum,
  ],
} as const satisfies Record<string, readonly [object, object]>;

/** Messages a second. */
const rate = 500;

/** No confirmed message is lost under a live publisher and a worker. */
export async function carryInUse(vhost: string, change: keyof typeof changes): Promise<void> {
  const [from, to] = changes[change];
  const setting = await setUp(vhost, from, to);
  const { after, exchange: source } = setting;
  const worker = await startWorker(vhost, after.name);
  const publisher = await startPublisher(vhost, { exchange: source, key: 'k', rate });
  await expect.poll(() => publisher.confirmed).toBeGreaterThan(rate);
  const { flipMilliseconds } = await carryOver(setting);
  const then = publisher.confirmed;
  await expect.poll(() => publisher.confirmed).toBeGreaterThan(then + rate / 5);
  const confirmed = await publisher.stop();
  await expect
    .poll(() => new Set(worker.worked).size, { timeout: 60_000 })
    .toBeGreaterThanOrEqual(confirmed.size);
  expect(publisher.returned).toBe(0);
  expect(worker.interrupted).toBeGreaterThan(0);
  const { lost, duplicates } = accountFor(confirmed, worker.worked);
  expect(lost).toBe(0);
  const overlaps = Math.ceil((2 * rate * flipMilliseconds) / 1_000);
  expect(duplicates).toBeLessThanOrEqual(overlaps + 10);
  expect(await stands(setting)).toEqual(whole('after'));
}
