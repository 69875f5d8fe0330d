// What is drawn again and again at the end of a terminal, on a terminal of 80 × 24: what is said
// meanwhile stands above it, once and whole.
import { Writable } from 'node:stream';
import xterm from '@xterm/headless';
import { expect, test } from 'vitest';
import { openLiveScreen } from '../../../../src/cli/harness/live-screen.ts';
import { renderRun } from '../../../../src/cli/harness/run-text.ts';
import { startDisplay } from '../../../../src/cli/harness/train-display.ts';
import { openTerminal } from '../../../../src/cli/terminal.ts';
import type { Status } from '../../../../src/harness/train/run/status.ts';

class Emulated extends Writable {
  readonly isTTY = true;
  readonly #terminal = new xterm.Terminal({
    cols: 80,
    rows: 24,
    allowProposedApi: true,
    convertEol: true,
  });

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    // It keeps their order; what the stream held back would come after what is waited for.
    this.#terminal.write(chunk);
    done();
  }

  /** Once all that was written is there. */
  async resize(columns: number): Promise<void> {
    await this.#settled();
    this.#terminal.resize(columns, this.rows);
    this.emit('resize');
  }

  /** All that stands there, and what has scrolled out. */
  async lines(): Promise<string[]> {
    await this.#settled();
    const { active } = this.#terminal.buffer;
    const all = Array.from({ length: active.length }, (_, n) => active.getLine(n));
    const text = all.map((line) => line?.translateToString(true) ?? '');
    return text.slice(0, text.findLastIndex((line) => line !== '') + 1);
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve));
  }
}

const live = (): { screen: Emulated; shown: ReturnType<typeof openLiveScreen> } => {
  const screen = new Emulated();
  return { screen, shown: openLiveScreen(screen) };
};

test('what is said stands above, whole, and only the last drawing is left', async () => {
  const { screen, shown } = live();
  const long = 'word '.repeat(30).trim();
  shown.draw('one\ntwo\nthree');
  shown.say(long);
  shown.draw('one\n2');
  shown.say('said');
  shown.draw('1\n2\n3\n4');
  shown.end();
  expect(await screen.lines()).toEqual([
    ...['word '.repeat(16), 'word '.repeat(14).trim()],
    ...['said', '1', '2', '3', '4'],
  ]);
});

test('Ctrl-C leaves no rest, whether it is drawn once more or not', async () => {
  for (const last of ['one\ntwo', 'one\n2']) {
    const { screen, shown } = live();
    shown.draw('one\ntwo');
    // The terminal writes it where the cursor is.
    screen.write('^C');
    shown.say('finishing what is under way');
    shown.draw(last);
    screen.write('^C');
    shown.end();
    expect(await screen.lines()).toEqual(['finishing what is under way', ...last.split('\n')]);
  }
});

test('a terminal that becomes narrower, and wider, shows one drawing', async () => {
  const { screen, shown } = live();
  const wide = `${'x'.repeat(79)}\n${'y'.repeat(79)}`;
  shown.draw(wide);
  await screen.resize(50);
  shown.draw(`${'x'.repeat(49)}\nshort`);
  await screen.resize(100);
  shown.draw('one\ntwo');
  shown.end();
  expect(await screen.lines()).toEqual(['one', 'two']);
});

const status: Status = {
  ...{
    run: `a-job-with-quite-a-long-name-of-its-own-for-a-terminal-of-80-columns-20261128-101112`,
  },
  ...{ pid: 7, state: 'running', round: 2, rounds: 4, done: 1, shards: 2, history: [] },
  metrics: { validation_accuracy: 1, validation_loss: 2 },
  workers: [4711, 4712].map((pid) => ({
    ...{ name: `node-of-a-cluster.department.university.example.com:${pid}`, state: 'busy' },
    ...{ queue: 'worker_queue_1', units: ['r.r2.s1'] },
  })),
  ...{ started_at: 0, at: 1_000 },
};
const paint = openTerminal({ color: false, quiet: false }).paint;
const size = { columns: 79, rows: 24 };

test('names that begin alike are told apart in 80 columns, and the end of a run’s id is there', () => {
  const lines = renderRun(status, size, paint, 1_000);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(79);
  expect(lines[0]).toMatch(/…\S*20261128-101112 {2}running/);
  const text = lines.join('\n');
  for (const end of [':4711', ':4712', 'racy', 'loss']) expect(text).toContain(end);
});

test('why a run failed is told whole', () => {
  const reason = `r.r0.s0 failed 3 times, at last: ${'gpu: '.repeat(30)}KeyError: 'hidden'`;
  const lines = renderRun({ ...status, state: 'failed', reason }, size, paint, 1_000);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(79);
  expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain(`because ${reason}`);
});

test('a traceback keeps its lines', () => {
  const reason = 'at last: NameError\n  File "a.py", line 5, in train\n    return x';
  const lines = renderRun({ ...status, state: 'failed', reason }, size, paint, 1_000);
  expect(lines.slice(1, 4)).toEqual([
    'because    at last: NameError',
    '             File "a.py", line 5, in train',
    '               return x',
  ]);
});

test('a display says what is complained of above it', async () => {
  const screen = new Emulated();
  const terminal = openTerminal({ color: false, quiet: false });
  const display = startDisplay(terminal, screen);
  display.show(status);
  display.complain('a warning');
  display.show({ ...status, round: 3 });
  display.end();
  const lines = await screen.lines();
  expect(lines[0]).toBe('a warning');
  expect(lines.filter((line) => line.includes('running'))).toHaveLength(1);
});
