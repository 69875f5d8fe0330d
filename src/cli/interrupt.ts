// Handles Ctrl-C and the like: during writes, the first signal lets requests in flight finish, the
// second drops them.
import { setMaxListeners } from 'node:events';
import { ExpectedError } from '../topology/problem.ts';

export class Interrupted extends ExpectedError {
  constructor() {
    super('interrupted', { hint: 'run the same command again to go on' });
  }
}

/** The error of a dropped request. */
class Dropped extends ExpectedError {
  constructor() {
    super('interrupted: it may or may not have been done');
  }
}

export interface Interrupts {
  /** Start nothing new. */
  readonly stop: AbortSignal;
  /** Drop what is in flight. */
  readonly abort: AbortSignal;
  /** While `work` runs, the first signal only stops. */
  readonly letFinish: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Listens while `work` runs. With `graceful`, the first signal only stops; otherwise it aborts. */
export async function withInterrupts<T>(
  work: (interrupts: Interrupts) => Promise<T>,
  options: { graceful: boolean; notice: (line: string) => void },
): Promise<T> {
  const stop = new AbortController();
  const abort = new AbortController();
  // Every request in flight listens.
  setMaxListeners(0, abort.signal);
  let isGraceful = options.graceful;
  const letFinish = async <R>(finishing: () => Promise<R>): Promise<R> => {
    isGraceful = true;
    return finishing().finally(() => (isGraceful = options.graceful));
  };
  const onSignal = () => {
    if (stop.signal.aborted || !isGraceful) abort.abort(new Dropped());
    else options.notice('finishing what is in flight; once more to stop at once');
    stop.abort(new Interrupted());
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work({ stop: stop.signal, abort: abort.signal, letFinish });
  } catch (error) {
    if (abort.signal.aborted) throw new Interrupted();
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

/** SIGHUP comes when the terminal or its connection closes. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
