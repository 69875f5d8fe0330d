// Handles Ctrl-C and the like: during writes, the first signal lets requests in flight finish, the
// second drops them.
import { setMaxListeners } from 'node:events';
import { ExpectedError } from '../topology/problem.ts';
import { exit } from './exit.ts';

/** SIGHUP comes when the terminal or its connection closes. */
const codes = {
  SIGHUP: exit.hungUp,
  SIGINT: exit.interrupted,
  SIGTERM: exit.terminated,
} as const;
export type Signal = keyof typeof codes;
export const signals = Object.keys(codes) as readonly Signal[];

export const exitOfSignal = (signal: Signal): number => codes[signal];

/** Whether a program that ends so was told to by a signal. */
export const isOfSignal = (code: unknown): boolean => Object.values<unknown>(codes).includes(code);

export class Interrupted extends ExpectedError {
  readonly exit: number;

  constructor(signal: Signal) {
    super('interrupted', { hint: 'run the same command again to go on' });
    this.exit = exitOfSignal(signal);
  }
}

/** The exit code of work that was stopped: `stop` is aborted. */
export const exitOfStop = (stop: AbortSignal): number => (stop.reason as Interrupted).exit;

/** The error of a dropped request. */
class Dropped extends ExpectedError {
  constructor() {
    super('interrupted before the broker answered', {
      hint: 'it may or may not have been done: run the same command again, which finds out',
    });
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
  const onSignal = (signal: Signal) => {
    if (stop.signal.aborted || !isGraceful) abort.abort(new Dropped());
    else options.notice('finishing what is in flight; once more to stop at once');
    stop.abort(new Interrupted(signal));
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work({ stop: stop.signal, abort: abort.signal, letFinish });
  } catch (error) {
    if (abort.signal.aborted) throw stop.signal.reason;
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
