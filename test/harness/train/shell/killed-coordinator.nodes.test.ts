// What a coordinator leaves of its ledger, killed at any moment or on a full disk. It is a process
// that runs what was built.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isWhole } from '../../../sample.ts';
import { Ledger } from '../../../../src/harness/train/run/ledger.ts';
import type { LedgerRecord } from '../../../../src/harness/train/model/records.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-killed-'));
  path = join(folder, 'ledger.jsonl');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const scriptOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const writer = scriptOf('ledger-process.mjs');

async function open(): Promise<LedgerRecord[]> {
  const { ledger, records: found } = await Ledger.open(path);
  await ledger.close();
  return found;
}

test('a disk that takes no more is told, with what to do, and what was synced before is there', async () => {
  // A bound on the size of a file stands for a full disk: the write ends in its middle.
  const args = ['-c', `ulimit -f 64; exec "$@"`, 'sh', process.execPath, writer, path];
  const child = spawn('bash', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = [textOf(child.stdout), textOf(child.stderr)];
  await once(child, 'close');
  expect(await err).toContain(`${path} can't be written: EFBIG`);
  expect(await err).toContain('look at the disk');
  const found = await open();
  const synced = (await out).trim().split('\n').length;
  expect(found.length).toBe(synced);
  expect(synced).toBeGreaterThan(20);
});

test('whatever moment a coordinator is killed at, what it said was synced is there, and nothing is out of order', async () => {
  for (let kill = 0; kill < 12; kill += isWhole ? 1 : 4) {
    const child = spawn(process.execPath, [writer, path], { stdio: ['ignore', 'pipe', 'inherit'] });
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
