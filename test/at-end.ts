// What a test file opens is closed after its last test, the last first. Files of a project may share a process, and its modules: a hook
// that a module sets up would only be there for the first of them.
import { afterAll } from 'vitest';

const closers: (() => unknown)[] = [];

export function atEnd(close: () => unknown): void {
  closers.push(close);
}

/** Called by close-at-end.ts, for each test file anew. */
export function closeAtEnd(): void {
  afterAll(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  }, 60_000);
}
