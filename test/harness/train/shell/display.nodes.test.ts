// What a training shows while it goes: on a real pseudo terminal, and without one.
import { spawn } from 'node:child_process';
import xterm from '@xterm/headless';
import { describe, expect, test } from 'vitest';

const show = new URL('show-display.mjs', import.meta.url).pathname;

/** A pseudo terminal of this size, as script(1) makes one; undefined: a pipe. */
async function display(workers: number, size?: { columns: number; rows: number }): Promise<string> {
  const node = [process.execPath, show, String(workers)];
  const quoted = node.map((word) => `'${word}'`).join(' ');
  const [program = '', ...args] = size
    ? ['script', '-qec', `stty cols ${size.columns} rows ${size.rows}; ${quoted}`, '/dev/null']
    : node;
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  child.stderr.on('data', (chunk) => (text += String(chunk)));
  await new Promise((resolve) => child.once('close', resolve));
  return text;
}

/** What stands in a terminal in the end, all that scrolled out of it too, without empty lines. */
async function screenOf(text: string, size: { columns: number; rows: number }): Promise<string[]> {
  const screen = new xterm.Terminal({
    cols: size.columns,
    rows: size.rows,
    allowProposedApi: true,
  });
  await new Promise<void>((resolve) => screen.write(text, resolve));
  const { active } = screen.buffer;
  const lines = Array.from({ length: active.length }, (_, n) =>
    active.getLine(n)?.translateToString(true),
  );
  return lines.flatMap((line) => (line === undefined || line === '' ? [] : [line]));
}

// Each waits for a process of its own, and for its drawings.
describe.concurrent('a training shows how it goes', () => {
  test('on a terminal it is redrawn in place, and what happened stands above', async () => {
    const size = { columns: 100, rows: 24 };
    const text = await display(3, size);
    const lines = (await screenOf(text, size)).map((line) =>
      line.replace(/^\d\d:\d\d:\d\d/, 'TIME'),
    );
    expect(lines.map((line) => line.replace(/^since .*/, 'since'))).toEqual([
      'TIME  gpu-2 is silent, queue worker_queue_3',
      'TIME  round 1, shard 0 sent again, to queue worker_queue_1: its worker is silent',
      'digits-1  running (pid 7)',
      `${'━'.repeat(19)}${'─'.repeat(11)}  2 of 4 rounds · round 2: 1/2 shards`,
      'loss       0.5  before: 1',
      'since',
      `gpu-0${' '.repeat(35)}  busy      r2.s0`,
      'gpu-\\u001b[31m1-of-a….of-a-batch-system.  idle',
      `gpu-2${' '.repeat(35)}  silent    worker_queue_3`,
    ]);
    // The cursor is there again in the end.
    expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'));
  });

  test.each([
    ['narrow', { columns: 34, rows: 24 }, 3],
    ['low, with many workers', { columns: 80, rows: 10 }, 40],
    ['tiny', { columns: 24, rows: 7 }, 40],
  ])(
    'a terminal that is %s shows one status, and not a piece of an older one',
    async (_, size, workers) => {
      const lines = await screenOf(await display(workers, size), size);
      const head = lines.findIndex((line) => line.startsWith('digits-1'));
      expect(lines.filter((line) => line.startsWith('digits-1'))).toHaveLength(1);
      expect(lines.length - head).toBeLessThan(size.rows);
      expect(lines[head + 1]).toContain('2 of 4');
      expect(lines.at(-1)).toMatch(workers === 40 ? /^… and \d+ further/ : /^gpu-2/);
    },
  );

  test('without a terminal each round, and what is worth a line, is a line', async () => {
    const text = await display(3);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\d\d:\d\d:\d\d {2}|\S+ m?s$/g, ''));
    expect(lines).toEqual([
      'round 0 closed, 1 of 4  loss 1  in ',
      'gpu-2 is silent, queue worker_queue_3',
      'round 1, shard 0 sent again, to queue worker_queue_1: its worker is silent',
      'round 1 closed, 2 of 4  loss 0.5  in ',
    ]);
    expect(text).not.toContain('\u001b');
  });
});
