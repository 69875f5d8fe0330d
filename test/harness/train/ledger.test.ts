// The ledger keeps what it said it has, and the timeline what it can.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Ledger, readLedger } from '../../../src/harness/train/ledger.ts';
import type { LedgerRecord } from '../../../src/harness/train/records.ts';
import { readTimeline, Timeline } from '../../../src/harness/train/timeline.ts';
import { trainUnit } from '../../../src/harness/train/unit.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-ledger-'));
  path = join(folder, 'ledger.jsonl');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const script = fileURLToPath(new URL('ledger-process.ts', import.meta.url));
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

test('a disk that takes no more is told, with what to do, and what was synced before is there', async () => {
  // A bound on the size of a file stands for a full disk: the write ends in its middle.
  const command = `ulimit -f 64; exec "$@"`;
  const args = ['-c', command, 'sh', process.execPath, '--import', 'tsx', script, path];
  const child = spawn('bash', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = [textOf(child.stdout), textOf(child.stderr)];
  await once(child, 'close');
  expect(await err).toContain(`${path} can't be written: EFBIG`);
  expect(await err).toContain('look at the disk, and go on with --resume');
  const found = await open();
  const synced = (await out).trim().split('\n').length;
  expect(found.length).toBe(synced);
  expect(synced).toBeGreaterThan(20);
});

test('whatever moment a coordinator is killed at, what it said was synced is there, and nothing is out of order', async () => {
  for (let kill = 0; kill < 12; kill++) {
    const args = ['--import', 'tsx', script, path];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    const closed = once(child, 'close');
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(child.stdout, 'data');
    await sleep(kill * 7);
    child.kill('SIGKILL');
    await closed;
    const lines = Buffer.concat(chunks).toString().split('\n').slice(0, -1);
    const synced = Math.max(...lines.map(Number));
    const found = await open();
    expect(found.length).toBeGreaterThan(synced);
    expect(found.every(({ at }, index) => at === index)).toBe(true);
  }
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
