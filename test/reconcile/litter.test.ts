// Litter is only what no run needs: old rehearsals, and old parts of records without a first part.
import { expect, test } from 'vitest';
import { findLitter } from '../../src/reconcile/litter.ts';
import { normalizeQueue } from '../../src/topology/kinds/queue.ts';
import { toLive } from './worlds.ts';

const now = Math.floor(Date.now() / 1_000);
const [young, old] = [now - 23 * 3_600, now - 25 * 3_600];
const record = 'topo.record.0123456-01234567';
const rows: [name: string, kind: string, since: number, others: string[], isLitter: boolean][] = [
  ['orders.topo-rehearsal-00000001', 'rehearsal', old, [], true],
  ['orders.topo-rehearsal-00000001', 'rehearsal', young, [], false],
  ['orders', 'rehearsal', old, [], false],
  [`${record}.2`, 'record', old, [], true],
  [`${record}.2`, 'record', young, [], false],
  [`${record}.2`, 'record', old, [`${record}.1`], false],
  [`${record}.1`, 'record', old, [], false],
  ['topo.lock', 'lock', old, [], false],
  ['orders.topo-parking-00000001', 'parking', old, [], true],
  ['topo.parking.00000001', 'parking', old, [], true],
  ['orders.topo-parking-00000001', 'parking', young, [], false],
];
test.each([
  ['holds a message', { ready: 1 }, new Set<string>()],
  ['gives one out', { unacked: 1 }, new Set<string>()],
  ['holds what the broker does not count', { ready: undefined }, new Set<string>()],
  ['is named by a record', {}, new Set(['queues/%2F/topo.parking.00000001'])],
])('a parking queue that %s is no litter', (_what, held, parked) => {
  const args = { 'x-topo': 'parking', 'x-topo-since': old };
  const live = toLive([normalizeQueue({ name: 'topo.parking.00000001', arguments: args }, '/')]);
  const objects = new Map(
    [...live.objects].map(([address, one]) => [address, { ...one, ...held }]),
  );
  expect(findLitter({ ...live, objects }, parked)).toEqual([]);
});

test.each(rows)('%s, made as %s at %i, beside %j: %s', (name, kind, since, others, isLitter) => {
  const queueOf = (queue: string) =>
    normalizeQueue({ name: queue, arguments: { 'x-topo': kind, 'x-topo-since': since } }, '/');
  const live = toLive([name, ...others].map(queueOf));
  expect(findLitter(live).map((one) => one.name)).toEqual(isLitter ? [name] : []);
});
