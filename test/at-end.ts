// Closes what tests open, the last first: what a test opens at its end, what a hook or a file opens after the file's last test.
// Files of a project may share a process and its modules, so a hook that a module sets up would only be there for the first of them.
import { afterAll, onTestFinished, TestRunner } from 'vitest';

const closers: (() => unknown)[] = [];

export function atEnd(close: () => unknown): void {
  const test = TestRunner.getCurrentTest();
  // Of tests that run at once, Vitest can't tell which one is asking.
  if (test === undefined || test.concurrent === true) closers.push(close);
  else
    onTestFinished(async () => {
      await close();
    }, 60_000);
}

/** Called by set-up.ts, for each test file anew. */
export function closeAtEnd(): void {
  afterAll(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  }, 60_000);
}
