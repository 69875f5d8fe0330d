// Generated from schema/event.schema.json by npm run generate.

/**
 * A worker's message to the events exchange: topo.heartbeat.v1 at regular intervals and when it connects or begins to drain, topo.event.v1 when something happens. Transient, and not confirmed.
 */
export type EventMessage = Heartbeat | Event;
/**
 * The name of the worker.
 */
export type Worker = string;
/**
 * The queue that it consumes.
 */
export type Queue = string;
/**
 * RFC 3339 in UTC.
 */
export type Time = string;
/**
 * The id of the task.
 */
export type Id = string;
/**
 * The number of the attempt, from 1.
 */
export type Attempt = number;
/**
 * The SHA-256 of the task's message, in hexadecimal. A coordinator ignores events about a task without it: only a reader of the task knows it.
 */
export type TaskSha256 = string;

/**
 * The state of a worker. Its routing key is heartbeat.WORKER.
 */
export interface Heartbeat {
  /**
   * The version of this format.
   */
  version: 1;
  worker: Worker;
  queue: Queue;
  /**
   * Whether it trains, waits for tasks, or is about to end.
   */
  state: "idle" | "busy" | "draining";
  /**
   * How many tasks it trains at once; 1 by default.
   */
  concurrency?: number;
  at: Time;
  /**
   * The tasks in training.
   *
   * @maxItems 1024
   */
  tasks: RunningTask[];
}
export interface RunningTask {
  id: Id;
  attempt: Attempt;
  started_at: Time;
  task_sha256?: TaskSha256;
  /**
   * The progress, as reported by the trainer.
   */
  fraction?: number;
  metrics?: Metrics;
}
/**
 * Numbers that the trainer reports, such as the loss.
 */
export interface Metrics {
  [k: string]: number;
}
/**
 * What happened to a task. Its routing key is task.EVENT.WORKER.
 */
export interface Event {
  /**
   * The version of this format.
   */
  version: 1;
  worker: Worker;
  queue: Queue;
  /**
   * started: handed to the trainer; done: trained; failed: not trained, perhaps to be retried; given_up: dead-lettered, this worker stops retrying.
   */
  event: "started" | "done" | "failed" | "given_up";
  at: Time;
  task: Id;
  attempt: Attempt;
  task_sha256?: TaskSha256;
  /**
   * How long the trainer took.
   */
  seconds?: number;
  metrics?: Metrics;
  /**
   * For a failure: whether another attempt may succeed, none will, or the worker itself can't go on. For a task given up: poison if the failure said so.
   */
  verdict?: "retryable" | "poison" | "fatal";
  /**
   * For a failure, the trainer's words; further lines hold the end of its output.
   */
  error?: string;
}
