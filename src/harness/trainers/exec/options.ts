// Options of trainers that run in processes of their own. Durations in milliseconds, sizes in
// bytes.
import type { ShardSettings } from '../../data/shard/settings.ts';

/**
 * A line for the worker's log. `harness`: what this handler itself has to say, always a warning.
 */
export interface LogLine {
  readonly source: 'stdout' | 'stderr' | 'harness';
  /** As the trainer wrote it, cut at 8 KiB: escape it if it is printed. */
  readonly text: string;
}

/** What every trainer needs, whatever it runs in. */
export interface TrainerOptions {
  /** The worker's name, for the trainer to know. */
  readonly worker: string;
  readonly shards: ShardSettings;
  /**
   * Names of the worker's environment that the trainer gets beside the allow-list, as in --env
   * NAME.
   */
  readonly environment: readonly string[];
  readonly log: (line: LogLine) => void;
  /** How long a process may take to say that it is ready, or a module to load. */
  readonly startTimeoutMs?: number;
  /** From cancel to SIGTERM, or to the end of the thread. */
  readonly cancelGraceMs?: number;
}

export interface ProcessOptions extends TrainerOptions {
  /** As in --exec: split into arguments at blanks, quotes are understood; there is no shell. */
  readonly command: string;
  /** The trainer's working folder; by default the worker's own. */
  readonly folder?: string;
  /** The longest line that is read as a message or a result. */
  readonly lineBytes?: number;
  /** From SIGTERM to SIGKILL. */
  readonly termGraceMs?: number;
}

export interface ExecOptions extends ProcessOptions {
  /** How many processes in a row may end before they are ready, each in another way. */
  readonly startAttempts?: number;
  /** Before the second start; doubled before each further one, up to 30 s. */
  readonly backoffMs?: number;
  /** How long a process may run on without descriptor 3 or 4: most close them by ending. */
  readonly closingMs?: number;
  readonly pingIntervalMs?: number;
  /**
   * A ping unanswered for so long is worth a warning, nothing more: a busy interpreter can't
   * answer.
   */
  readonly pingTimeoutMs?: number;
}

export const execDefaults = {
  cancelGraceMs: 10_000,
  termGraceMs: 5_000,
  lineBytes: 2 ** 20,
  startTimeoutMs: 60_000,
  startAttempts: 5,
  backoffMs: 500,
  closingMs: 2_000,
  pingIntervalMs: 10_000,
  pingTimeoutMs: 30_000,
};

/** With every duration and size. */
export type Complete<T> = T & typeof execDefaults;
