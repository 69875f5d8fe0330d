// Generated from schema/event.schema.json by npm run generate.

/**
 * What a worker tells the events exchange: topo.heartbeat.v1 again and again and when it connects or begins to drain, topo.event.v1 when something happens. Transient: nobody waits for it.
 */
export type EventMessage = Heartbeat | Event;
/**
 * The name of the worker.
 */
export type Worker = string;
/**
 * The queue that it takes tasks from.
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
 * Which attempt it is, from 1.
 */
export type Attempt = number;
/**
 * The SHA-256 of the task's message, in hexadecimal. A coordinator ignores what an event says of a task without it: only a reader of the task knows it.
 */
export type TaskSha256 = string;

/**
 * How a worker is. Its routing key is heartbeat.WORKER.
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
   * The most tasks that it trains at once; 1 where it is not said.
   */
  concurrency?: number;
  at: Time;
  /**
   * The tasks that are being trained.
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
   * How much of it is done, as the trainer reports.
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
   * started: given to the trainer; done: trained; failed: not trained, perhaps to be tried again; given_up: dead-lettered, this worker tries no more.
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
   * Of a failure: whether another attempt may do, none will, or the worker itself can't go on. Of what is given up: poison where the failure said so.
   */
  verdict?: "retryable" | "poison" | "fatal";
  /**
   * Of a failure, in the trainer's words; on further lines the last ones that it printed.
   */
  error?: string;
}
