// Reads the results files and the dead letters' folder of the plain topology into the ledger.
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from './ledger.ts';
import type { LedgerReader } from './queue-ledger.ts';

export function readFolder(state: string, ledger: Ledger): LedgerReader {
  const closing = new AbortController();
  /** Bytes of each results file that were read: whole lines, which no crash takes back. */
  const offsets = new Map<string, number>();
  const letters = new Set<string>();
  const ended = stay();
  return {
    async close() {
      closing.abort();
      await ended;
      await readOnce();
    },
  };

  async function stay(): Promise<void> {
    while (!closing.signal.aborted) {
      await readOnce();
      await sleep(200, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  async function readOnce(): Promise<void> {
    for (const name of await namesIn('results', '.jsonl')) await readResults(name);
    for (const name of await namesIn('dead', '.json')) await readLetter(name);
  }

  async function namesIn(folder: string, extension: string): Promise<string[]> {
    const names = await readdir(join(state, folder)).catch(() => []);
    return names.filter((name) => name.endsWith(extension));
  }

  async function readResults(name: string): Promise<void> {
    const offset = offsets.get(name) ?? 0;
    const text = await readFrom(join(state, 'results', name), offset);
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    offsets.set(name, offset + Buffer.byteLength(whole));
    for (const line of whole.split('\n').filter((one) => one !== '')) {
      ledger.add('result', (JSON.parse(line) as { task: string }).task);
    }
  }

  async function readLetter(name: string): Promise<void> {
    if (letters.has(name)) return;
    letters.add(name);
    const text = await readFile(join(state, 'dead', name), 'utf8');
    const { properties } = JSON.parse(text) as { properties: { messageId: string } };
    ledger.add('dead_letter', properties.messageId);
  }
}

async function readFrom(path: string, offset: number): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(Math.max(size - offset, 0)), 0, null, offset);
    return buffer.toString('latin1');
  } finally {
    await file.close();
  }
}
