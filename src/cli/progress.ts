// Shows progress on stderr once it takes over a second: a bar on a terminal, else a line every
// three seconds.
import { patience } from '../amqp/waiting.ts';
import { escape } from '../report/escape.ts';
import type { Terminal } from './terminal.ts';

type Screen = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

const barWidth = 40;
const longestName = 50;

/** Milliseconds between redraws of the bar, and between lines. */
const drawEvery = 100;
const lineEvery = 3_000;

export interface Progress {
  /** Something begins. The oldest that is under way is shown. */
  begin(key: string, name: string): void;
  /** One more is done: what began under this key, or something that never began. */
  advance(key: string): void;
  end(): void;
}

/** Counts up to `total`, if known. Shows nothing if it ends within a second. */
export function startProgress(
  { quiet }: Pick<Terminal, 'quiet'>,
  what: string,
  total: number | undefined,
  screen: Screen = process.stderr,
): Progress {
  let done = 0;
  let last = '';
  const underWay = new Map<string, string>();
  const line = (): string => {
    const [oldest = last] = underWay.values();
    return `${what} ${renderCount(done, total)} ${escape(oldest).slice(0, longestName)}`;
  };
  const lines = screen.isTTY ? redrawn(screen) : printed(screen);
  let timer: NodeJS.Timeout | undefined;
  const show = (): void => {
    lines.show(line());
    timer = setTimeout(show, lines.every);
  };
  if (!quiet) timer = setTimeout(show, patience);
  return {
    begin: (key, name) => {
      underWay.set(key, name);
    },
    advance: (key) => {
      underWay.delete(key);
      last = key;
      done++;
    },
    end: () => {
      clearTimeout(timer);
      lines.end();
    },
  };
}

function renderCount(done: number, total: number | undefined): string {
  if (total === undefined) return String(done);
  const filled = Math.min(barWidth, Math.round((barWidth * done) / Math.max(1, total)));
  return `[${'='.repeat(filled).padEnd(barWidth, '-')}] ${done}/${total}`;
}

interface Lines {
  readonly every: number;
  show(line: string): void;
  end(): void;
}

/** Redraws one line, which the terminal cuts at its edge, and erases it at the end. */
function redrawn(screen: Screen): Lines {
  let drawn: string | undefined;
  return {
    every: drawEvery,
    show: (line) => {
      if (line !== drawn) screen.write(`\r\u001b[?7l${line}\u001b[K\u001b[?7h`);
      drawn = line;
    },
    end: () => {
      if (drawn !== undefined) screen.write('\r\u001b[K');
    },
  };
}

const printed = (screen: Screen): Lines => ({
  every: lineEvery,
  show: (line) => screen.write(`${line}\n`),
  end: () => undefined,
});
