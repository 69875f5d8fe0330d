// Shows something again every second: in place on a terminal, else one after the other.
import { setTimeout as wait } from 'node:timers/promises';
import { exit } from '../exit.ts';
import { Interrupted, withInterrupts } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import { openLiveScreen } from './live-screen.ts';

export interface Shown {
  readonly text: string;
  /** Whether this is the last one. */
  readonly isLast: boolean;
}

/** Milliseconds. */
const refreshEvery = 1_000;

/** Returns the exit code once the last is shown, or the user interrupts. */
export async function watch(
  { print }: Pick<Terminal, 'print'>,
  { isDrawn }: { readonly isDrawn: boolean },
  render: () => Promise<Shown>,
): Promise<number> {
  const live = isDrawn && process.stdout.isTTY ? openLiveScreen(process.stdout) : undefined;
  try {
    await withInterrupts(
      async ({ abort }) => {
        for (;;) {
          const { text, isLast } = await render();
          if (live) live.draw(text);
          else print(text);
          if (isLast) return;
          await wait(refreshEvery, undefined, { signal: abort });
        }
      },
      { graceful: false, notice: () => undefined },
    );
    return exit.done;
  } catch (error) {
    if (error instanceof Interrupted) return error.exit;
    throw error;
  } finally {
    live?.end();
  }
}
