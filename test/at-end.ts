// Closes what tests open, last first: after the test that opened it, or after the file's last test
// if a hook or the file did. Files of a project may share a process and its modules, so a hook that
// a module registers would only run for the first of them.
import { afterAll, onTestFinished, TestRunner } from 'vitest';

const closers: (() => unknown)[] = [];

export function atEnd(close: () => unknown): void {
  const test = TestRunner.getCurrentTest();
  // Vitest can't tell which of several concurrent tests is asking.
  if (test === undefined || test.concurrent === true) closers.push(close);
  else
    onTestFinished(async () => {
      await close();
    }, 60_000);
}

/** Called by set-up.ts for each test file. */
export function closeAtEnd(): void {
  afterAll(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  }, 60_000);
}
