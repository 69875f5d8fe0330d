// Where a command reads and writes: results on stdout, progress and errors on stderr.
import { setImmediate } from 'node:timers/promises';
import colors from 'picocolors';
import type { Paint } from '../report/paint.ts';
import { escapeChar, unprintable } from '../topology/json.ts';

export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly quiet: boolean;
  /** Colours of stdout, and of stderr. */
  readonly paint: Paint;
  readonly errorPaint: Paint;
  /** Prints a result. */
  readonly print: (text: string) => void;
  /** Whether what was printed could be written so far; true where the reader has enough of it. */
  readonly isPrinted: () => Promise<boolean>;
  /** Tells how things go, unless --quiet. */
  readonly tell: (line: string) => void;
  /** Tells what went wrong, always. */
  readonly complain: (text: string) => void;
  /** Asks on the terminal; undefined where there is none. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string | undefined>;
}

export function openTerminal(options: { color: boolean; quiet: boolean }): Terminal {
  const { stdin, stdout, stderr, env } = process;
  let isPrinted = true;
  const colourful = (stream: { isTTY?: boolean }): boolean =>
    options.color && (env['NO_COLOR'] ?? '') === '' && stream.isTTY === true;
  return {
    env,
    quiet: options.quiet,
    paint: colors.createColors(colourful(stdout)),
    errorPaint: colors.createColors(colourful(stderr)),
    print: (text) => {
      stdout.write(`${text.replace(/\n$/, '')}\n`, (error) => {
        // Whoever read along, such as head, has enough.
        if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') isPrinted = false;
      });
    },
    isPrinted: async () => {
      // What can't be written to a file is told in the next turn.
      await setImmediate();
      return isPrinted;
    },
    tell: (line) => {
      if (!options.quiet) stderr.write(`${printable(line)}\n`);
    },
    complain: (text) => {
      stderr.write(`${printable(text)}\n`);
    },
    ask: (question, signal) =>
      stdin.isTTY && stderr.isTTY ? askLine(question, signal) : Promise.resolve(undefined),
  };
}

/** Leaves colours and line ends, which are ours; names are escaped whole where they are put in. */
const printable = (text: string): string => text.replace(unprintable, escapeChar);

async function askLine(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.on('SIGINT', () => process.emit('SIGINT'));
  try {
    return await lines.question(question, { signal });
  } catch (error) {
    // Ctrl-D leaves the cursor behind the question.
    if (!signal.aborted) process.stderr.write('\n');
    throw error;
  } finally {
    lines.close();
  }
}
