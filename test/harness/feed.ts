// A stdin for a publish that lasts as long as the test needs: tasks without ids, each with its
// number as its round.
import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';

interface Feed {
  readonly stdin: Readable;
  /** Ends it; gives how many tasks there were. */
  end(): number;
}

/** Ten tasks every ten milliseconds. */
export function openFeed(): Feed {
  let count = 0;
  let isOver = false;
  const more = (): string =>
    Array.from({ length: 10 }, () => `${JSON.stringify({ round: count++ })}\n`).join('');
  async function* lines(): AsyncGenerator<string> {
    while (!isOver) {
      yield more();
      await sleep(10);
    }
  }
  return {
    stdin: Readable.from(lines()),
    end: () => {
      isOver = true;
      return count;
    },
  };
}
