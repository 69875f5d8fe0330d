import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startProgress, type Progress } from '../../src/cli/progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function watch({ isTTY = false, quiet = false, total = 4 as number | 'unknown' }): {
  progress: Progress;
  written: string[];
} {
  const written: string[] = [];
  const known = total === 'unknown' ? undefined : total;
  const screen = { isTTY, write: (text: string) => written.push(text) > 0 };
  return { progress: startProgress({ quiet }, 'apply', known, screen), written };
}

test('what ends within a second shows nothing', () => {
  const { progress, written } = watch({});
  progress.begin('a', 'create queue a');
  vi.advanceTimersByTime(900);
  progress.end();
  vi.advanceTimersByTime(10_000);
  expect(written).toEqual([]);
});

test('--quiet shows nothing', () => {
  const { progress, written } = watch({ quiet: true });
  vi.advanceTimersByTime(10_000);
  progress.end();
  expect(written).toEqual([]);
});

test('without a terminal, a line every three seconds names the oldest that is under way', () => {
  const { progress, written } = watch({});
  progress.begin('a', 'create queue a');
  progress.begin('b', 'create queue b');
  vi.advanceTimersByTime(1_000);
  progress.advance('a');
  vi.advanceTimersByTime(3_000);
  progress.advance('b');
  vi.advanceTimersByTime(3_000);
  progress.end();
  expect(written).toEqual([
    `apply [${'-'.repeat(40)}] 0/4 create queue a\n`,
    `apply [${'='.repeat(10)}${'-'.repeat(30)}] 1/4 create queue b\n`,
    `apply [${'='.repeat(20)}${'-'.repeat(20)}] 2/4 b\n`,
  ]);
});

test('where the total is unknown, the count stands alone', () => {
  const { progress, written } = watch({ total: 'unknown' });
  progress.advance('7/s');
  vi.advanceTimersByTime(1_000);
  progress.end();
  expect(written).toEqual(['apply 1 7/s\n']);
});

test('a terminal has one line, drawn when it changes and gone at the end', () => {
  const { progress, written } = watch({ isTTY: true });
  vi.advanceTimersByTime(2_000);
  progress.advance('a\u001b[31m');
  vi.advanceTimersByTime(2_000);
  progress.end();
  expect(written).toEqual([
    `\r\u001b[?7lapply [${'-'.repeat(40)}] 0/4 \u001b[K\u001b[?7h`,
    `\r\u001b[?7lapply [${'='.repeat(10)}${'-'.repeat(30)}] 1/4 a\\u001b[31m\u001b[K\u001b[?7h`,
    '\r\u001b[K',
  ]);
});
