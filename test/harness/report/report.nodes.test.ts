// report.html of a run in a real browser, which shows it whole, and no name gets out of its place.
// Skipped where there is no chromium.
import { expect, test } from 'vitest';
import { renderReport } from '../../../src/harness/report/report.ts';
import type { LedgerRecord } from '../../../src/harness/train/model/records.ts';
import { chromium, visit } from './chromium.ts';
import { recordsOf } from './run-records.ts';

const workers = ['gpu-01:4711', 'gpu-02:4712', 'gpu-03:4713'];
const inBrowser = test.skipIf(chromium === undefined);

inBrowser(
  'a browser shows it whole, from a phone to a desk, and asks nobody for anything',
  async () => {
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
      renderReport(recordsOf({ rounds: 12, shards: 4, workers, faults: true })),
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
  },
);

inBrowser(
  'the browser of these tests tells of requests, complaints and pages that are too wide',
  async () => {
    const page = `<!doctype html><title>x</title><img src="/picture"><script>console.error('no')</script><p style="width:900px">wide</p>`;
    const { seen, requests, console } = await visit(page, [360], ['p']);
    expect(requests).toEqual(['/picture']);
    expect(console.join('\n')).toContain('no');
    expect(seen[0]?.scroll_width).toBeGreaterThanOrEqual(900);
  },
);

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

inBrowser('names are text wherever they stand', async () => {
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
