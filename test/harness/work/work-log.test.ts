// What a worker's log lets out of the process: text that a terminal prints, and nothing that it
// acts on.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WorkLog } from '../../../src/harness/work/log.ts';
import { anyText } from '../../any-text.ts';
import { atEnd } from '../../at-end.ts';

const folder = mkdtempSync(join(tmpdir(), 'topo-log-'));
atEnd(() => rmSync(folder, { recursive: true }));
let logs = 0;

/** The lines that `say` makes a worker of this name write. */
function linesOf(worker: string, say: (log: WorkLog) => void): string[] {
  const file = join(folder, `${++logs}.log`);
  const fd = openSync(file, 'w');
  say(new WorkLog('debug', worker, fd));
  closeSync(fd);
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

const raw = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const hostile = [
  '\u009b2J',
  '\u202egpj.exe',
  'a\u2028b',
  'a\u2029b',
  '\u007f',
  '\u2066',
  '\u001b]0;x\u0007',
];

test.each(hostile)('%j leaves the process as an escape, whatever brought it', (text) => {
  const lines = linesOf(text, (log) => {
    log.trainer({ source: 'stderr', text });
    log.trainer({ source: 'harness', text });
    log.step('received', text);
    log.info(text, { [text]: text });
    log.tell({ kind: 'warning', message: text, hint: text });
    log.tell({
      kind: 'failed',
      id: text,
      digest: '',
      attempt: 1,
      seconds: 1,
      verdict: 'poison',
      error: text,
    });
    log.tell({
      kind: 'connection',
      of: 'consumer',
      state: { kind: 'lost', reason: text, retry: 1 },
    });
  });
  expect(lines).toHaveLength(7);
  for (const line of lines) {
    expect(line).not.toMatch(raw);
    expect(JSON.parse(line)).toMatchObject({ worker: text });
  }
});

test('any text reads back equal', () => {
  const texts = fc.sample(anyText(), { numRuns: 500, seed: 7 });
  const lines = linesOf('w', (log) => {
    for (const text of texts) log.trainer({ source: 'stdout', text });
  });
  expect(lines.filter((line) => raw.test(line))).toEqual([]);
  expect(lines.map((line) => (JSON.parse(line) as { text: string }).text)).toEqual(texts);
});
