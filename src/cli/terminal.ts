// Where a command reads and writes: results on stdout, progress and errors on stderr.
import { setImmediate } from 'node:timers/promises';
import colors from 'picocolors';
import type { Paint } from '../report/paint.ts';
import { escapeChar, unprintable } from '../topology/json.ts';

export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly quiet: boolean;
  /** Colours for stdout, and for stderr. */
  readonly paint: Paint;
  readonly errorPaint: Paint;
  /** Prints a result. */
  readonly print: (text: string) => void;
  /** Whether everything printed so far was written; true if the reader had enough. */
  readonly isPrinted: () => Promise<boolean>;
  /** Reports progress, unless --quiet. */
  readonly tell: (line: string) => void;
  /** Reports errors, always. */
  readonly complain: (text: string) => void;
  /** Asks on the terminal; undefined if there is none. */
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
        // The reader, such as head, has enough.
        if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') isPrinted = false;
      });
    },
    isPrinted: async () => {
      // A failed write to a file is reported in the next turn.
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

/** Keeps colours and line breaks, which are ours; names have been escaped already. */
const printable = (text: string): string => text.replace(unprintable, escapeChar);

async function askLine(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.on('SIGINT', () => process.emit('SIGINT', 'SIGINT'));
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
