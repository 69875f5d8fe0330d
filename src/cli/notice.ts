// Lines on stderr about work that takes long and can't be counted.
import { patience } from '../amqp/waiting.ts';
import type { Connection } from '../connection/connection.ts';
import type { Terminal } from './terminal.ts';

/** Says what the command waits for, if that takes over a second. */
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

/** Reading may take as long as answers come: no total is known. */
export function aboutReading({ endpoint, timeout }: Connection, again = ''): string {
  return `reading ${endpoint}${again} (${timeout / 1_000} s at most until an answer)`;
}

/** Milliseconds between two lines. */
const usual = 5_000;

/** Says every few seconds that the work goes on. */
export async function ticking<T>(
  { tell }: Pick<Terminal, 'tell'>,
  work: () => Promise<T>,
  every = usual,
): Promise<T> {
  const started = performance.now();
  const say = (): void => tell(`  … ${Math.round((performance.now() - started) / 1_000)} s`);
  const timer = setInterval(say, every);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
