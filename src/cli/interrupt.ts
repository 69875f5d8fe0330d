// Ctrl-C: the first lets what is under way finish, the second stops at once.
import { setMaxListeners } from 'node:events';
import { ExpectedError } from '../topology/problem.ts';

export class Interrupted extends ExpectedError {
  constructor() {
    super('interrupted', { hint: 'the same command again goes on from here' });
  }
}

/** What is said of a request that was dropped. */
class Dropped extends ExpectedError {
  constructor() {
    super('interrupted: it may or may not have been done');
  }
}

export interface Interrupts {
  /** Start nothing new. */
  readonly stop: AbortSignal;
  /** Drop what is under way. */
  readonly abort: AbortSignal;
}

/** Listens while `work` runs. With `graceful`, the first signal only stops; otherwise it aborts. */
export async function withInterrupts<T>(
  work: (interrupts: Interrupts) => Promise<T>,
  options: { graceful: boolean; notice: (line: string) => void },
): Promise<T> {
  const stop = new AbortController();
  const abort = new AbortController();
  // Every request under way listens.
  setMaxListeners(0, abort.signal);
  const onSignal = () => {
    if (stop.signal.aborted || !options.graceful) abort.abort(new Dropped());
    else options.notice('finishing what is under way; once more to stop at once');
    stop.abort(new Interrupted());
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work({ stop: stop.signal, abort: abort.signal });
  } catch (error) {
    if (abort.signal.aborted) throw new Interrupted();
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const;
