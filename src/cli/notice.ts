// A line on stderr about what takes over a second and can't be counted.
import type { Terminal } from './terminal.ts';

/** Milliseconds that nothing need be said. */
export const patience = 1_000;

/** Says what is being waited for, if it takes over a second. */
export async function withNotice<T>(
  terminal: Terminal,
  notice: string,
  work: () => Promise<T>,
): Promise<T> {
  const timer = setTimeout(() => terminal.tell(`${notice} …`), patience);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
