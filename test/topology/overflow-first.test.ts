// In how many writes a policy comes to be, and what each sets.
import { expect, test } from 'vitest';
import type { Policy } from '../../src/topology/object.ts';
import { writesOf } from '../../src/topology/overflow-first.ts';
import { toPlain, toTable } from '../../src/topology/value.ts';

const policy = (definition: object, pattern = '.*'): Policy => ({
  ...{ kind: 'policy', vhost: '/', name: 'p', pattern, 'apply-to': 'queues', priority: 0 },
  definition: toTable(definition),
});
const both = { 'max-length': 10, overflow: 'reject-publish', expires: 5 };
const first = { overflow: 'reject-publish', expires: 5 };

const rows: [title: string, before: Policy | undefined, after: Policy, writes: object[]][] = [
  ['a new limit that rejects', undefined, policy(both), [first, both]],
  ['a limit that rejects now', policy({ 'max-length': 50 }), policy(both), [first, both]],
  ['a lower limit that rejected', policy({ ...both, 'max-length': 50 }), policy(both), [both]],
  ['one for more queues', policy(both, '^a'), policy(both), [first, both]],
  ['a limit that drops', undefined, policy({ 'max-length': 10 }), [{ 'max-length': 10 }]],
  ['no limit', undefined, policy(first), [first]],
  ['rejecting no longer', policy(both), policy({ 'max-length': 10 }), [{ 'max-length': 10 }]],
];

test.each(rows)('%s', (_, before, after, writes) => {
  expect(writesOf(before, after).map(({ definition }) => toPlain(definition))).toEqual(writes);
});
