// Where messages are sent on to once a plan has changed policies.
import { expect, test } from 'vitest';
import type { Change } from '../../src/reconcile/change.ts';
import { Outlook } from '../../src/reconcile/outlook.ts';
import { addressOf } from '../../src/topology/identity.ts';
import type { Live, LiveObject } from '../../src/topology/live.ts';
import type { Policy, Queue } from '../../src/topology/object.ts';
import { toTable } from '../../src/topology/value.ts';
import { toLive, toLiveObject } from './worlds.ts';

const queue: Queue = {
  ...{ kind: 'queue', vhost: '/', name: 'q', type: 'classic', durable: true, auto_delete: false },
  arguments: new Map(),
};
const policy: Policy = {
  ...{ kind: 'policy', vhost: '/', name: 'p', pattern: '.*', 'apply-to': 'all', priority: 0 },
  definition: toTable({ 'dead-letter-exchange': 'x' }),
};
const at = { file: 'topology.yaml', line: 1, col: 1 };
const address = addressOf(policy);

const waysAfter = (live: Live, change: Change): string[] =>
  new Outlook({ objects: new Map() }, live)
    .after([change])
    .ways.from(queue)
    .map(({ exchange }) => exchange);

test('a new policy sends dead letters on', () => {
  const create: Change = { kind: 'create', address, after: policy, at };
  expect(waysAfter(toLive([queue]), create)).toEqual(['x']);
});

test('a deleted one no longer does, and a changed one elsewhere', () => {
  const live = toLive([]);
  const held = { ...toLiveObject(queue), policy: 'p' };
  const objects = new Map<string, LiveObject>([
    [addressOf(queue), held],
    [address, policy],
  ]);
  const withPolicy: Live = { ...live, objects, policies: [policy] };
  expect(waysAfter(withPolicy, { kind: 'delete', address, before: policy, managed: true })).toEqual(
    [],
  );
  const after = { ...policy, definition: toTable({ 'dead-letter-exchange': 'y' }) };
  expect(waysAfter(withPolicy, { kind: 'update', address, before: policy, after, at })).toEqual([
    'y',
  ]);
});
