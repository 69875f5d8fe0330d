// report.html of a run: what it says, that a real browser shows it, and that nobody's name gets out of its place.
import { expect, test } from 'vitest';
import { renderReport } from '../../../src/harness/report/report.ts';
import type { LedgerRecord } from '../../../src/harness/train/records.ts';
import { trainUnit } from '../../../src/harness/train/unit.ts';
import { visit } from './chromium.ts';
import { recordsOf } from './run-records.ts';

const workers = ['gpu-01:4711', 'gpu-02:4712', 'gpu-03:4713'];
const eventful = recordsOf({ rounds: 12, shards: 4, workers, faults: true });
const quiet = recordsOf({ rounds: 12, shards: 4, workers });

test('a browser shows it whole, from a phone to a desk, and asks nobody for anything', async () => {
  const selectors = [
    'rect.bar',
    '.lost',
    '.silent rect',
    '.death rect',
    '.loss rect',
    'polyline',
    'tr',
  ];
  const { seen, requests, console } = await visit(
    renderReport(eventful),
    [320, 360, 1400],
    selectors,
  );
  expect({ requests, console }).toEqual({ requests: [], console: [] });
  for (const { room, scroll_width, visible, text } of seen) {
    expect(scroll_width).toBe(room);
    // 48 trainings, 6 evaluations, the first parameters, and what was lost.
    expect(visible['rect.bar']).toBe(48 + 6 + 1 + 1);
    for (const selector of selectors) expect(visible[selector], selector).toBeGreaterThan(0);
    expect(text).toContain('gpu-02:4712 is silent');
  }
  expect(seen.map(({ width }) => width)).toEqual([320, 360, 1400]);
});

test('the browser of these tests tells of requests, complaints and pages that are too wide', async () => {
  const page = `<!doctype html><title>x</title><img src="/picture"><script>console.error('no')</script><p style="width:900px">wide</p>`;
  const { seen, requests, console } = await visit(page, [360], ['p']);
  expect(requests).toEqual(['/picture']);
  expect(console.join('\n')).toContain('no');
  expect(seen[0]?.scroll_width).toBeGreaterThanOrEqual(900);
});

const hostile = [
  '<script>document.title=1</script>',
  '"><img src=/stolen onerror=fetch("/x")>',
  "' onmouseover='fetch(1)",
  '</title></style></svg><iframe src=/framed>',
  '&lt;b&gt; &amp; `${x}`',
  'a\u0000b\u001b[31m\u202egpj.exe',
  '__proto__',
  'w'.repeat(255),
  '工作者-é́',
];

test('names are text wherever they stand', async () => {
  const run = hostile.join(' ');
  const { job, ledger, timeline } = recordsOf({
    run,
    rounds: 12,
    shards: 4,
    workers: hostile,
    faults: true,
  });
  const named = ledger.map((record): LedgerRecord => {
    if (record.kind !== 'closed') return record;
    const metrics = JSON.parse(`{"<b>loss":1,"__proto__":2,"constructor":3}`) as Record<
      string,
      number
    >;
    return { ...record, metrics };
  });
  const hostileJob = { ...job, [hostile[1] ?? '']: hostile };
  const page = renderReport({ job: hostileJob, ledger: named, timeline });
  expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  const { seen, requests, console } = await visit(
    page,
    [360],
    ['script', 'img', 'iframe', 'rect.bar'],
  );
  expect({ requests, console }).toEqual({ requests: [], console: [] });
  expect(seen[0]?.visible).toMatchObject({ script: 0, img: 0, iframe: 0 });
  expect(seen[0]?.scroll_width).toBe(seen[0]?.room);
  for (const name of hostile) {
    const shown = name
      .replace('\u0000', '\\u0000')
      .replace('\u001b', '\\u001b')
      .replace('\u202e', '\\u202e');
    expect(seen[0]?.text).toContain(shown);
  }
});

test('a large run stays light, and is drawn at once', () => {
  const many = Array.from({ length: 50 }, (_, n) => `node-${n}:1`);
  const records = recordsOf({ rounds: 1_000, shards: 100, workers: many, faults: true });
  const started = performance.now();
  const page = renderReport(records);
  // Under a second on a machine that has nothing else to do.
  expect(performance.now() - started).toBeLessThan(3_000);
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
