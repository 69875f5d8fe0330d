// Progress on stderr of anything that takes over a second: a bar on a terminal, a line every few seconds without one.
import { SingleBar } from 'cli-progress';
import { escape } from '../report/escape.ts';
import { patience } from '../amqp/waiting.ts';
import type { Terminal } from './terminal.ts';

const lineEvery = 3_000;

export interface Progress {
  /** Something begins; of all that is under way, what began first is shown. */
  begin(key: string, name: string): void;
  /** One more is done: what has begun under this key, or something that is told of only now. */
  advance(key: string): void;
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
  const underWay = new Map<string, string>();
  const current = (last = '') => {
    const [oldest = last] = underWay.values();
    return { current: escape(oldest).slice(0, 50) };
  };
  const show = () => {
    bar = new SingleBar({
      format: `${what} ${total === undefined ? '{value}' : '[{bar}] {value}/{total}'} {current}`,
      noTTYOutput: true,
      notTTYSchedule: lineEvery,
      hideCursor: false,
      clearOnComplete: true,
      linewrap: false,
    });
    bar.start(total ?? 0, done, current());
  };
  const timer = terminal.quiet ? undefined : setTimeout(show, patience);
  return {
    begin: (key, name) => {
      underWay.set(key, name);
      bar?.update(done, current());
    },
    advance: (key) => {
      underWay.delete(key);
      done++;
      bar?.update(done, current(key));
    },
    end: () => {
      clearTimeout(timer);
      bar?.stop();
    },
  };
}
