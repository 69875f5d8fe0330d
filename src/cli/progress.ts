// Progress on stderr of anything that takes over a second: a bar on a terminal, a line every few seconds without one.
import { SingleBar } from 'cli-progress';
import { escape } from '../report/escape.ts';
import type { Terminal } from './terminal.ts';

const patience = 1_000;
const lineEvery = 3_000;

export interface Progress {
  advance(current: string): void;
  end(): void;
}

/** Counts up to `total`, where that is known; shows nothing if it ends within a second. */
export function startProgress(
  terminal: Terminal,
  what: string,
  total: number | undefined,
): Progress {
  let done = 0;
  let bar: SingleBar | undefined;
  const show = () => {
    bar = new SingleBar({
      format: `${what} ${total === undefined ? '{value}' : '[{bar}] {value}/{total}'} {current}`,
      noTTYOutput: true,
      notTTYSchedule: lineEvery,
      hideCursor: false,
      clearOnComplete: true,
      linewrap: false,
    });
    bar.start(total ?? 0, done, { current: '' });
  };
  const timer = terminal.quiet ? undefined : setTimeout(show, patience);
  return {
    advance: (current) => {
      done++;
      bar?.update(done, { current: escape(current).slice(0, 50) });
    },
    end: () => {
      clearTimeout(timer);
      bar?.stop();
    },
  };
}

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
