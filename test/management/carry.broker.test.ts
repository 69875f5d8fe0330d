// Replaces queues in use by carrying over what they hold.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Carried } from '../../src/reconcile/broker.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import type { Binding, Queue } from '../../src/topology/object.ts';
import { markedAs } from '../../src/topology/own.ts';
import { freshVhost } from '../broker.ts';
import { arrange, binding, exchange, openTestBroker, queue, standing } from './arrange.ts';
import { accountFor, startPublisher, startWorker } from './live-traffic.ts';

let vhost = '';
beforeAll(async () => {
  vhost = await freshVhost();
});

let nth = 0;

interface Setting {
  readonly before: Queue;
  readonly after: Queue;
  readonly parking: Queue;
  readonly bindings: readonly Binding[];
  readonly exchange: string;
}

/** A queue with three bindings. */
async function setUp(from: object, to: object, more: object = {}): Promise<Setting> {
  const name = `q${++nth}`;
  const before = queue(vhost, name, from);
  const after = queue(vhost, name, to);
  const parking = queue(vhost, `${name}.topo-parking-00000000`, {
    type: 'quorum',
    arguments: Object.fromEntries(markedAs('move', new Date())),
    ...more,
  });
  const bindings = ['', 'a', 'b'].map((end) =>
    binding(vhost, `x${name}${end}`, name, { routing_key: `k${end}` }),
  );
  const exchanges = bindings.map(({ source }) => exchange(vhost, source, { type: 'topic' }));
  await arrange(before, ...exchanges, ...bindings);
  return { before, after, parking, bindings, exchange: `x${name}` };
}

async function carryOver(
  { before, after, parking, bindings }: Setting,
  drainTimeout = 20_000,
): Promise<Carried> {
  const opened = openTestBroker({}, 60);
  // As every apply does first.
  await opened.readLive(new Set([vhost]));
  return opened.carryOver(before, after, bindings, { parking, drainTimeout });
}

const quorum = { type: 'quorum' };
const changes: Record<string, [object, object]> = {
  'classic to quorum': [{}, quorum],
  'quorum to classic': [quorum, {}],
  'an argument of a classic queue': [{}, { arguments: { 'x-max-length': 100_000 } }],
  'an argument that goes, of a quorum queue': [
    { ...quorum, arguments: { 'x-max-length': 100_000 } },
    quorum,
  ],
};

/** Messages a second. */
const rate = 500;

describe('no confirmed message is lost under a live publisher and a worker', () => {
  test.each(Object.entries(changes))('%s', async (_, [from, to]) => {
    const setting = await setUp(from, to);
    const { after, parking, bindings, exchange: source } = setting;
    const worker = await startWorker(vhost, after.name);
    const publisher = await startPublisher(vhost, { exchange: source, key: 'k', rate });
    await expect.poll(() => publisher.confirmed).toBeGreaterThan(rate);
    const { flipMilliseconds } = await carryOver(setting);
    const then = publisher.confirmed;
    await expect.poll(() => publisher.confirmed).toBeGreaterThan(then + rate / 5);
    const confirmed = await publisher.stop();
    await expect.poll(() => new Set(worker.worked).size).toBeGreaterThanOrEqual(confirmed.size);
    expect(publisher.returned).toBe(0);
    expect(worker.interrupted).toBeGreaterThan(0);
    const { lost, duplicates, farthest } = accountFor(confirmed, worker.worked);
    expect(lost).toBe(0);
    const overlaps = Math.ceil((2 * rate * flipMilliseconds) / 1_000);
    expect(duplicates).toBeLessThanOrEqual(overlaps + 10);
    // What is under way takes its time on a busy machine.
    expect(farthest).toBeLessThanOrEqual(overlaps + 2 * rate);
    const found = await standing(vhost);
    expect(found).toEqual(expect.arrayContaining([after, ...bindings].map(canonicalObject)));
    expect(found.join()).not.toContain(parking.name);
  });
});
