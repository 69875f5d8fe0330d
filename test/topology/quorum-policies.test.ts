// What topo migrate says of the policies of a queue that becomes a quorum queue.
import { expect, test } from 'vitest';
import type { Policy, Queue } from '../../src/topology/object.ts';
import { differencesOf } from '../../src/topology/quorum-differences.ts';
import { toTable } from '../../src/topology/value.ts';

const queue: Queue = {
  ...{ kind: 'queue', vhost: '/', name: 'q', type: 'classic', durable: true, auto_delete: false },
  arguments: new Map(),
};
const policy = (definition: object, applyTo = 'queues'): Policy => ({
  ...{ kind: 'policy', vhost: '/', name: 'p', pattern: '.*', 'apply-to': applyTo, priority: 0 },
  definition: toTable(definition),
});
const limited = toTable({ 'delivery-limit': 5 });

function said(before: Policy | undefined, after?: Policy, settings: object = {}): string[] {
  const fitting = {
    ...{ queue, version: '3.10.8', use: undefined },
    before: { policy: before, settings: toTable(settings) },
    after: { policy: after, settings: limited },
  };
  return differencesOf(fitting).map(({ code, message }) => `${code}: ${message}`);
}

const rows: [title: string, before: Policy | undefined, after: Policy | undefined, says: string][] =
  [
    [
      'mirrors alone',
      policy({ 'ha-mode': 'all', 'ha-sync-mode': 'automatic' }),
      undefined,
      'mirrors: policy "p" (ha-mode, ha-sync-mode) no longer applies: a quorum queue has replicas of its own',
    ],
    [
      'mirrors and a limit',
      policy({ 'ha-mode': 'all', 'max-length': 5 }),
      undefined,
      'policy-ends: policy "p" no longer applies, nor does its max-length: quorum queues take no policy with ha-mode',
    ],
    [
      'lazy mode',
      policy({ 'queue-mode': 'lazy' }),
      undefined,
      'policy-of-classic-queues: policy "p" (queue-mode) no longer applies: quorum queues have nothing that it would set',
    ],
    [
      'lazy mode and mirrors',
      policy({ 'queue-mode': 'lazy', 'ha-mode': 'all' }),
      undefined,
      'mirrors: policy "p" (ha-mode, queue-mode) no longer applies: a quorum queue has replicas of its own',
    ],
    [
      'a policy of classic queues',
      policy({ expires: 5 }, 'classic_queues'),
      undefined,
      'policy-ends: policy "p" no longer applies, nor does its expires: it applies to classic_queues',
    ],
    [
      'a policy of quorum queues',
      undefined,
      policy({ 'delivery-limit': 5 }),
      'policy-begins: policy "p" (delivery-limit) applies from then on',
    ],
  ];

test.each(rows)('%s', (_, before, after, says) => {
  expect(said(before, after)).toEqual([says]);
});

test('a setting that a quorum queue takes from its policy', () => {
  const same = policy({ overflow: 'drop-head' });
  expect(said(same, same, { overflow: 'reject-publish' })[0]).toMatch(
    /^settings: overflow "reject-publish" → none, delivery-limit none → 5: /,
  );
});
