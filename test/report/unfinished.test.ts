// Describes an unfinished apply to somebody who did not start it.
import { expect, test } from 'vitest';
import type { Unfinished } from '../../src/reconcile/plan.generated.ts';
import type { Plan } from '../../src/reconcile/step.ts';
import { summaryOf } from '../../src/report/plan-text.ts';
import { ago, tellUnfinished } from '../../src/report/unfinished.ts';

const now = new Date('2026-11-28T10:00:00.000Z');

const times: [time: string, words: string][] = [
  ['2026-11-28T10:00:05.000Z', 'just now'],
  ['2026-11-28T09:59:59.500Z', 'just now'],
  ['2026-11-28T09:59:59.000Z', '1 s ago'],
  ['2026-11-28T09:58:01.000Z', '119 s ago'],
  ['2026-11-28T09:47:30.000Z', '12 min ago'],
  ['2026-11-28T08:00:00.000Z', '2 h ago'],
  ['2026-11-27T10:00:00.000Z', '24 h ago'],
  ['2026-11-25T09:00:00.000Z', '3 days ago'],
];
test.each(times)('%s was %s', (time, words) => {
  expect(ago(time, now)).toBe(words);
});

const apply: Unfinished = {
  id: '8f1c2a9-04d1b7e2',
  started: '2026-11-28T09:47:30.000Z',
  kept: 'broker',
  user: 'deploy',
  host: 'build-7',
  files: ['orders.yaml'],
  replaced: { done: 23, away: 1, not_begun: 36, changed: 0 },
  put_back: ['queues/%2F/q7', 'bindings/%2F/e/amq.topic/q/q7/theirs'],
  lost: [],
};
const tell = (change: { readonly [field in keyof Unfinished]?: Unfinished[field] | undefined }) =>
  tellUnfinished({ unfinished: [{ ...apply, ...change }] } as unknown as Plan, now);

test('which apply, whose, how far it got, and how to finish it', () => {
  expect(tell({})).toEqual([
    {
      heading:
        'apply 8f1c2a9-04d1b7e2 of orders.yaml has not ended: it was interrupted, or is still running',
      sentences: [
        'started 2026-11-28 09:47:30 UTC (12 min ago) by deploy on build-7, recorded on the broker',
        'of 60 replacements: 23 done, 1 away, 36 not begun',
        'topo apply first puts back 2 objects that it deleted, even if something is refused below',
      ],
      back: apply.put_back,
      lost: [],
    },
  ]);
});

test('even if there is nothing else to do', () => {
  const counts = { create: 0, replace: 0, delete: 0, restored: 0, refused: 0, unchanged: 9 };
  const summary = { ...counts, unmanaged: 3, left_out: 0 };
  const plan = { unfinished: [apply], summary, id: '8f1c2a9' } as unknown as Plan;
  expect(summaryOf(plan)).toBe(
    'Plan: 2 objects to put back first · 9 unchanged · 3 unmanaged    id 8f1c2a9',
  );
});

test("bindings that can't come back, and how to give them up", () => {
  const [told] = tell({ put_back: [], lost: ['bindings/%2F/e/x/q/gone/k'] });
  expect(told?.sentences.slice(2)).toEqual([
    "1 binding can't come back, as an end is gone: declare that end again, or topo apply --give-up 8f1c2a9-04d1b7e2",
  ]);
  expect(told?.lost).toEqual(['bindings/%2F/e/x/q/gone/k']);
});

test('with nothing missing', () => {
  const [told] = tell({ put_back: [], replaced: { done: 0, away: 0, not_begun: 0, changed: 0 } });
  expect(told?.sentences.slice(1)).toEqual([
    'nothing that it deleted is missing: the rest of its work is below, as far as these files declare it',
  ]);
});

test('a record without an author, kept in a folder', () => {
  const kept = '.topo/unfinished/8f1c2a9-04d1b7e2-2f.json';
  const [told] = tell({ user: undefined, host: undefined, files: undefined, kept });
  expect(told?.heading).toContain('apply 8f1c2a9-04d1b7e2 has not ended');
  expect(told?.sentences[0]).toBe(
    `started 2026-11-28 09:47:30 UTC (12 min ago), recorded in ${kept}`,
  );
});

test('the first twenty of many', () => {
  const put_back = Array.from({ length: 23 }, (_, nth) => `queues/%2F/q${nth}`);
  expect(tell({ put_back })[0]?.back.slice(19)).toEqual(['queues/%2F/q19', '… and 3 more']);
});
