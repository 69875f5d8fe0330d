// Says that something goes on, for as long as it does and nothing else is to be said.
import type { Terminal } from './terminal.ts';

/** Milliseconds between words. */
const usual = 5_000;

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
