// The ledger keeps what it said it has, and the timeline what it can. When its process is killed:
// killed-coordinator.nodes.test.ts.
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Ledger, readLedger } from '../../../../src/harness/train/run/ledger.ts';
import type { LedgerRecord } from '../../../../src/harness/train/model/records.ts';
import { readTimeline, Timeline } from '../../../../src/harness/train/run/timeline.ts';
import { trainUnit } from '../../../../src/harness/train/model/unit.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-ledger-'));
  path = join(folder, 'ledger.jsonl');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const sha256 = 'a'.repeat(64);
const parameters = { sha256, bytes: 8 };
const records: LedgerRecord[] = [
  {
    ...{ at: 1, kind: 'began', version: 1, run: 'r', job_sha256: sha256, rounds: 2 },
    shards: [{ uri: 'a.npz', sha256 }],
    evaluation: { uri: 'test.npz', sha256 },
  },
  { at: 2, kind: 'initial', parameters },
  {
    ...{ at: 3, kind: 'accepted', unit: trainUnit('r', 0, 0), worker: 'w', attempt: 1, parameters },
    ...{ samples: 5, metrics: { loss: 0.5 }, started_at: 1, finished_at: 2 },
  },
  { at: 3, kind: 'rejected', unit: trainUnit('r', 0, 1), worker: 'w', reason: 'not finite' },
  { at: 4, kind: 'closed', round: 0, parameters, momentum: parameters, metrics: {} },
  { at: 5, kind: 'resumed' },
  { at: 5, kind: 'went_back', round: 0 },
  { at: 6, kind: 'finished', why: 'target', parameters },
  { at: 7, kind: 'failed', reason: 'b' },
];

async function write(some: readonly LedgerRecord[]): Promise<void> {
  const { ledger } = await Ledger.open(path);
  await Promise.all(some.map((record) => ledger.append(record)));
  await ledger.close();
}

async function open(): Promise<LedgerRecord[]> {
  const { ledger, records: found } = await Ledger.open(path);
  await ledger.close();
  return found;
}

test('every kind of record reads back, in the order of the appends', async () => {
  await write(records);
  expect(await open()).toEqual(records);
  expect(await readLedger(path)).toEqual(records);
});

test('a record that could not be read back is not written', async () => {
  const { ledger } = await Ledger.open(path);
  const [, , accepted] = records;
  if (accepted?.kind !== 'accepted') throw new Error('no result');
  const wrong: [field: string, record: LedgerRecord][] = [
    ['finished_at', { ...accepted, finished_at: NaN }],
    ['samples', { ...accepted, samples: 1e300 }],
    ['attempt', { ...accepted, attempt: 1.5 }],
    ['metrics', { ...accepted, metrics: { loss: Infinity } }],
  ];
  for (const [field, record] of wrong)
    await expect(ledger.append(record)).rejects.toThrow(`the record has a wrong ${field}`);
  await ledger.append(accepted);
  await ledger.close();
  expect(await open()).toEqual([accepted]);
});

test('a ledger that is not there has no records', async () => {
  expect(await readLedger(path)).toEqual([]);
  expect(await open()).toEqual([]);
});

describe('what a crash left at the end is cut off', () => {
  const rows: [string, string][] = [
    ['half a record', '{"at":8,"ki'],
    ['a whole record without its line end', '{"at":8,"kind":"resumed"}'],
    ['zeros of a power cut', '\0\0\0\0\n\0\0\0\n'],
    ['a broken line', '{"at":8\n'],
  ];
  test.each(rows)('%s', async (_, torn) => {
    await write(records);
    const whole = await readFile(path, 'utf8');
    await appendFile(path, torn);
    expect(await readLedger(path)).toEqual(records);
    expect(await readFile(path, 'utf8')).toBe(whole + torn);
    expect(await open()).toEqual(records);
    expect(await readFile(path, 'utf8')).toBe(whole);
    await write([{ at: 9, kind: 'resumed' }]);
    expect(await open()).toEqual([...records, { at: 9, kind: 'resumed' }]);
  });
});

describe('damage that is no crash is told, and the file stays as it is', () => {
  const rows: [string, string, string][] = [
    [
      'in the middle',
      '{"at":1,"kind":"resumed"}\n{"at\n{"at":2,"kind":"resumed"}\n',
      'is damaged: line 2 ',
    ],
    ['in the first line', 'x\n{"at":2,"kind":"resumed"}\n', 'is damaged: line 1 '],
    [
      'a kind of another version',
      '{"at":2,"kind":"paused"}\n',
      ':1 can\'t be read: no record is of the kind "paused"',
    ],
    [
      'a field of another version',
      '{"at":2,"kind":"resumed","by":"me"}\n',
      ":1 can't be read: the record has a wrong by",
    ],
    [
      'a missing field',
      '{"at":2,"kind":"failed"}\n',
      ":1 can't be read: the record has a wrong reason",
    ],
    [
      'a hash that is none',
      `{"at":2,"kind":"initial","parameters":{"sha256":"../../x","bytes":1}}\n`,
      'a wrong parameters',
    ],
  ];
  test.each(rows)('%s', async (_, text, message) => {
    await writeFile(path, text);
    await expect(Ledger.open(path)).rejects.toThrow(message);
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});

test('a timeline reads back without its damaged lines, and one that is missing is empty', async () => {
  const file = join(folder, 'timeline.jsonl');
  expect(await readTimeline(file)).toEqual([]);
  const started = { at: 1, kind: 'started', unit: trainUnit('r', 0, 0), worker: 'w' } as const;
  const ended = { at: 2, kind: 'coordinator', state: 'ended' } as const;
  const timeline = await Timeline.open(file);
  timeline.add(started);
  await timeline.close();
  await appendFile(file, '{"at\n\0\0\n[]\nnull\n{"at":1,"kind":"other"}\n{"at":');
  const again = await Timeline.open(file);
  again.add(ended);
  await again.close();
  expect(await readTimeline(file)).toEqual([started, ended]);
});
