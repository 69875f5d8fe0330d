// Shows a training live on stderr: redrawn in place on a terminal, else a line for each event worth
// one.
import { renderDuration, renderFigure } from '../../harness/report/figures.ts';
import { describe } from '../../harness/report/words.ts';
import type { TimelineEntry } from '../../harness/train/model/records.ts';
import type { RoundStatus, Status } from '../../harness/train/run/status.ts';
import { escape } from '../../report/escape.ts';
import { openLiveScreen, type Screen } from './live-screen.ts';
import { cut, renderRun } from './run-text.ts';
import type { Terminal } from '../terminal.ts';

export interface TrainDisplay {
  /** Shows the status; call it as often as you like. */
  show(status: Status): void;
  /** Shows an event. */
  tell(entry: TimelineEntry): void;
  /** Shows a message, always. */
  complain(line: string): void;
  /** Leaves the last status on the screen, and the cursor below it. */
  end(): void;
}

export function startDisplay(terminal: Terminal, screen: Screen = process.stderr): TrainDisplay {
  const { complain } = terminal;
  if (terminal.quiet) {
    return { show: () => undefined, tell: () => undefined, complain, end: () => undefined };
  }
  const display = screen.isTTY ? startScreen(terminal, screen) : startLines(terminal);
  return sayingThatNobodyIsThere(display);
}

/** Milliseconds after which a live worker has reported. */
const patience = 5_000;

function sayingThatNobodyIsThere(display: TrainDisplay): TrainDisplay {
  const timer = setTimeout(
    () => display.complain('no worker is heard of yet; topo-harness work QUEUE starts one'),
    patience,
  );
  return {
    ...display,
    show: (status) => {
      if (status.workers.length > 0) clearTimeout(timer);
      display.show(status);
    },
    end: () => {
      clearTimeout(timer);
      display.end();
    },
  };
}

/** Milliseconds between drawings; between two statuses the clock goes on. */
const drawEvery = 200;

function startScreen({ errorPaint: paint }: Terminal, screen: Screen): TrainDisplay {
  const live = openLiveScreen(screen);
  let status: Status | undefined;
  const draw = (): void => {
    if (status === undefined) return;
    const size = { columns: screen.columns - 1, rows: screen.rows };
    live.draw(renderRun(status, size, paint, Date.now()).join('\n'));
  };
  const timer = setInterval(draw, drawEvery);
  return {
    show: (next) => {
      const isFirst = status === undefined;
      status = next;
      if (isFirst) draw();
    },
    tell: (entry) => {
      const line = renderEntry(entry, paint);
      if (line !== undefined) live.say(line);
    },
    complain: (line) => live.say(line),
    end: () => {
      clearInterval(timer);
      draw();
      live.end();
    },
  };
}

function startLines({ tell, complain, errorPaint: paint }: Terminal): TrainDisplay {
  let last = Date.now();
  let told = -1;
  return {
    show: (status) => {
      // Rounds closed before a resume were reported then.
      for (const closed of status.history.filter(({ round, at }) => round > told && at >= last)) {
        tell(renderRound(closed, status, closed.at - last));
        [told, last] = [closed.round, closed.at];
      }
    },
    tell: (entry) => {
      const line = renderEntry(entry, paint);
      if (line !== undefined) tell(line);
    },
    complain,
    end: () => undefined,
  };
}

/** `took`: milliseconds. */
function renderRound({ round, metrics }: RoundStatus, { rounds }: Status, took: number): string {
  const figures = Object.entries(metrics).map(([name, value]) => `${name} ${renderFigure(value)}`);
  const parts = [`round ${round} closed, ${round + 1} of ${rounds}`, ...figures];
  return escape(`${parts.join('  ')}  in ${renderDuration(took)}`);
}

const colours = { good: 'green', warning: 'yellow', bad: 'red' } as const;
const longest = 500;

function renderEntry(entry: TimelineEntry, paint: Terminal['errorPaint']): string | undefined {
  const words = describe(entry);
  if (words === undefined) return undefined;
  const time = new Date(entry.at).toISOString().slice(11, 19);
  const [text = '', ...lines] = [words.text, ...(words.lines ?? [])].map((line) =>
    cut(escape(line), longest),
  );
  const painted = words.tone === 'plain' ? text : paint[colours[words.tone]](text);
  return [`${paint.dim(time)}  ${painted}`, ...lines.map((line) => `          ${line}`)].join('\n');
}
