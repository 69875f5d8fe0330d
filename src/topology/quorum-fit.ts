// What is looked at to tell how a classic queue fits a quorum queue, and what is told of it.
import type { Policy, Queue } from './object.ts';
import type { Table } from './value.ts';

/** A queue, and what applies to it: as it is, and as a quorum queue. */
export interface Fitting {
  readonly queue: Queue;
  /** Undefined if no broker was asked. */
  readonly version: string | undefined;
  readonly before: Applied;
  readonly after: Applied;
  /** What its consumers do; undefined if the broker doesn't say. */
  readonly use: QueueUse | undefined;
}

export interface Applied {
  /** Undefined: no policy, or topo can't tell which. */
  readonly policy: Policy | undefined;
  /** The settings that decide what a queue keeps. */
  readonly settings: Table;
}

/** How many of a queue's consumers do so. */
export interface QueueUse {
  readonly exclusive: number;
  /** On a channel with a prefetch for the whole channel. */
  readonly globalPrefetch: number;
}

export interface Fit {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export type FitRule = (fitting: Fitting) => Fit | undefined;
