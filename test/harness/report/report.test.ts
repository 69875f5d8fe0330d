// report.html of a run: what it says. What a browser shows of it: report.nodes.test.ts.
import { expect, test } from 'vitest';
import { renderReport } from '../../../src/harness/report/report.ts';
import { lanesOf } from '../../../src/harness/report/lanes.ts';
import type { LedgerRecord, TimelineEntry } from '../../../src/harness/train/model/records.ts';
import { trainUnit } from '../../../src/harness/train/model/unit.ts';
import { recordsOf } from './run-records.ts';

const workers = ['gpu-01:4711', 'gpu-02:4712', 'gpu-03:4713'];
const eventful = recordsOf({ rounds: 12, shards: 4, workers, faults: true });
const quiet = recordsOf({ rounds: 12, shards: 4, workers });

const copied = trainUnit('digits', 0, 0);

test('a large run stays light, and is drawn at once', () => {
  const many = Array.from({ length: 50 }, (_, n) => `node-${n}:1`);
  const records = recordsOf({ rounds: 1_000, shards: 100, workers: many, faults: true });
  const started = process.cpuUsage();
  const page = renderReport(records);
  // Of this process's own: other processes take time, too. On a machine that has nothing else to do
  // it is under a second.
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1_000).toBeLessThan(3_000);
  expect(page.length).toBeLessThan(2_000_000);
  expect(page).toContain('<th scope="row">999</th>');
});

test.each([
  ['nothing went wrong', quiet, 'Nothing went wrong on the way.'],
  [
    'much went wrong',
    eventful,
    'On the way 1 worker fell silent, the coordinator was gone once, the broker was out of reach once, 1 attempt failed, 3 tasks were sent again and 1 late result was dropped. The model is the one that an undisturbed run makes.',
  ],
])('where %s, it says so', (_, records, story) => {
  expect(renderReport(records)).toContain(story);
});

test('a copy that came second is no work that was lost', () => {
  const [first, second] = workers;
  if (first === undefined || second === undefined) throw new Error('no workers');
  const timeline: TimelineEntry[] = [
    { at: 10, kind: 'started', unit: copied, worker: first },
    { at: 20, kind: 'started', unit: copied, worker: second },
    { at: 80, kind: 'accepted', unit: copied, worker: first, started_at: 10, finished_at: 80 },
    { at: 90, kind: 'dropped', unit: copied, worker: second, why: 'late' },
    { at: 95, kind: 'started', unit: copied, worker: second },
    { at: 96, kind: 'started', unit: trainUnit('digits', 0, 1), worker: second },
  ];
  const ledger: LedgerRecord[] = [
    {
      ...{ at: 80, kind: 'accepted', unit: copied, worker: first, attempt: 1, samples: 1 },
      ...{ metrics: {}, started_at: 10, finished_at: 80 },
    },
  ];
  const bars = lanesOf(ledger, timeline, 100).flatMap(({ bars }) => bars);
  expect(bars.map(({ kind, what }) => [kind, what])).toEqual([
    ['train', 'round 0, shard 0'],
    ['second', 'round 0, shard 0: another result of it was first'],
    ['second', 'round 0, shard 0: another result of it was first'],
    ['lost', 'round 0, shard 1: no result came'],
  ]);
  const page = renderReport({ job: {}, ledger, timeline: timeline.slice(0, 4) });
  expect(page).toContain('a copy that came second');
  expect(page).not.toContain('work that was lost');
});

const [began] = quiet.ledger;
const unit = trainUnit('digits', 0, 0);
const ends: [string, LedgerRecord[], string[]][] = [
  ['no record at all', [], ['not finished', 'none yet']],
  ['a run that only began', began === undefined ? [] : [began], ['not finished', '0 <small>of 12']],
  [
    'a run that failed',
    [...quiet.ledger.slice(0, 3), { at: 0, kind: 'failed', reason: 'round 0, <shard> 1 failed' }],
    ['It failed:', 'round 0, &#60;shard&#62; 1 failed'],
  ],
  [
    'metrics that are not finite',
    [
      {
        at: 5,
        kind: 'closed',
        round: 0,
        parameters: { sha256: 'a', bytes: 1 },
        metrics: { loss: NaN },
      },
      {
        at: 9,
        kind: 'closed',
        round: 1,
        parameters: { sha256: 'b', bytes: 1 },
        metrics: { loss: 2 },
      },
    ],
    ['not finite', '<code>b</code>'],
  ],
  [
    'a clock of a worker that is a day off',
    [
      { at: 0, kind: 'initial', parameters: { sha256: 'a', bytes: 1 } },
      {
        ...{ at: 9, kind: 'accepted', unit, worker: 'w', attempt: 1, samples: 1, metrics: {} },
        started_at: 86_400_000,
        finished_at: 86_400_009,
      },
    ],
    ['round 0, shard 0, 9 ms'],
  ],
];

test.each(ends)('%s', (_, ledger, words) => {
  const page = renderReport({ job: {}, ledger, timeline: [] });
  for (const word of words) expect(page).toContain(word);
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});
