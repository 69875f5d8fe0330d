// report.html of a run: what it says. What a browser shows of it: report.nodes.test.ts.
import { expect, test } from 'vitest';
import { renderReport } from '../../../src/harness/report/report.ts';
import type { LedgerRecord } from '../../../src/harness/train/records.ts';
import { trainUnit } from '../../../src/harness/train/unit.ts';
import { recordsOf } from './run-records.ts';

const workers = ['gpu-01:4711', 'gpu-02:4712', 'gpu-03:4713'];
const eventful = recordsOf({ rounds: 12, shards: 4, workers, faults: true });
const quiet = recordsOf({ rounds: 12, shards: 4, workers });

test('a large run stays light, and is drawn at once', () => {
  const many = Array.from({ length: 50 }, (_, n) => `node-${n}:1`);
  const records = recordsOf({ rounds: 1_000, shards: 100, workers: many, faults: true });
  const started = process.cpuUsage();
  const page = renderReport(records);
  // Of this process's own: other processes take time, too. On a machine that has nothing else to do it is under a second.
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
