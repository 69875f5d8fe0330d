// What a run under chaos is told, and what it tells at its end.
import type { ChaosBroker } from './chaos-broker.ts';
import type { PublisherPoint } from './publishing.ts';

/** Faults that are done to a run from outside, at seeded moments. How many of each. */
export interface StormCounts {
  /** SIGKILL of a worker, at any moment. */
  readonly kill_worker: number;
  /** SIGKILL of the broker, which is then started again. */
  readonly kill_broker: number;
  /** SIGSTOP of a worker for longer than its AMQP heartbeat, then SIGCONT. */
  readonly stop_worker: number;
  readonly cut_worker: number;
  /** A worker's connections are cut, and when it works again it is killed. */
  readonly cut_and_kill_worker: number;
  /** No byte goes through, for less or for more than two AMQP heartbeats. */
  readonly black_hole_worker: number;
  readonly cut_publisher: number;
  readonly black_hole_publisher: number;
}

export interface FaultCounts extends StormCounts {
  /** SIGKILL of workers at named steps: each step in turn. */
  readonly worker_steps: number;
  /** Only at these; all that the topology has, where it does not say. */
  readonly steps?: readonly string[];
  /** SIGKILL of the publisher at what can be seen of it from outside: each point in turn. */
  readonly publisher_points: number;
  /** Only at these; all, where it does not say. */
  readonly points?: readonly PublisherPoint[];
}

export type TopologyKind = 'plain' | 'hardened';

export interface ChaosOptions {
  readonly seed: number;
  readonly topology: TopologyKind;
  /** At least so many; more are published where faults are left that no task met. */
  readonly tasks: number;
  /** Tasks of one run of the publisher. */
  readonly batch: number;
  readonly workers: number;
  readonly concurrency: number;
  readonly prefetch: number;
  /** Milliseconds that a task takes at most. */
  readonly task_time: number;
  readonly faults: FaultCounts;
  /** Seconds of the workers' AMQP heartbeat: who is silent for three of them is given up. */
  readonly amqp_heartbeat: number;
  /** Milliseconds that nothing must have happened for, until nothing more is expected. */
  readonly quiet: number;
  /** A folder with the product's unbundled modules, its package.json and its node_modules. */
  readonly code: string;
  readonly broker: ChaosBroker;
  /** Milliseconds that the run may take. */
  readonly patience: number;
  readonly say: (line: string) => void;
}

export interface ChaosReport {
  readonly seed: number;
  readonly topology: TopologyKind;
  readonly tasks: number;
  readonly results: number;
  readonly dead_letters: number;
  /**
   * Beyond the first of each task; what the broker itself had delivered twice to the ledger is not
   * counted.
   */
  readonly duplicates: number;
  /** By kind, such as `worker killed at acked`. */
  readonly faults: ReadonlyMap<string, number>;
  /** SIGKILLs among them. */
  readonly kills: number;
  readonly reconnects: number;
  readonly seconds: number;
  /** What must not be; empty where all is well. */
  readonly violations: readonly string[];
  /** Where logs and files are, if anything was violated. */
  readonly folder: string;
}
