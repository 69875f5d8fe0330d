// A line on stderr about what takes over a second and can't be counted.
import { patience } from '../amqp/waiting.ts';
import type { Connection } from '../connection/connection.ts';
import type { Terminal } from './terminal.ts';

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

/** Reading has no end that is known: it may take as long as answers come. */
export function aboutReading({ endpoint, timeout }: Connection, again = ''): string {
  return `reading ${endpoint}${again} (${timeout / 1_000} s at most until an answer)`;
}
