// Where results go: into a file, each task once, or to stdout.
import type { Row } from './row.ts';

export interface Sink {
  /** Whether the task's result is there. */
  has(id: string): boolean;
  /** Settles once they are safe there. Throws if they can't be. */
  add(rows: readonly Row[]): Promise<void>;
  /** The most that are best added at once. */
  readonly most: number;
  close(): Promise<void>;
}

export type Format = 'jsonl' | 'csv';
